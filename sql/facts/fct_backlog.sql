-- about: One row per month that has ended and case open at its end (24:00 of its last day): not resolved by then, or resolved and
--   reopened within the window before then. How many days it had been open, in bands, whether its deadline had passed
--   (NULL: no limit is configured), and who owned the customer on the last day. Cases that count nowhere are not in it.
-- order: last_on
-- key: last_on, subject_id
with month as (
    select p.first_ym, p.ends_on, cast(p.ends_on - interval '1' day as date) as last_on, d.day_no as last_no
    from calendar_periods p
    cross join stg_span s
    join calendar_days d on d.day = cast(p.ends_on - interval '1' day as date)
    where p.period_kind = 'month' and s.first_on <= p.starts_on and p.ends_on <= s.end_on
),
moves as (
    select m.case_id, m.subject_no, m.event_type, m.is_late, m.event_at,
        lead(m.event_at) over (partition by m.case_id order by m.event_at nulls last, case m.event_type when 'resolve' then 0 else 1 end nulls last) as next_at
    from fct_case_moves m
),
opened as (
    select f.subject_id, f.created_at as open_from, f.resolved_at as open_to
    from fct_cases f
    left join calendar_periods p on p.period_kind = 'month' and p.first_ym = f.created_ym
    where f.reopens = 0 and f.excluded_reason is null and (f.resolved_at is null or f.resolved_at >= p.ends_on)
    union all
    select r.subject_id, f.created_at, r.first_resolved_at
    from fct_reopened_cases r
    join fct_cases f on f.subject_id = r.subject_id
    where f.reopens > 0 and f.excluded_reason is null
    union all
    select r.subject_id, m.event_at, m.next_at
    from moves m
    join fct_reopened_cases r on r.case_id = m.case_id and r.subject_no = m.subject_no
    join fct_cases f on f.subject_id = r.subject_id
    where m.event_type = 'reopen' and not m.is_late and f.excluded_reason is null
),
standing as (
    select o.subject_id, m.last_on, m.last_no, m.ends_on
    from opened o
    join month m on o.open_from < m.ends_on and (o.open_to is null or m.ends_on <= o.open_to)
)
select s.subject_id, s.last_on, k.kind, k.severity, coalesce(a.account_no, 0) as account_no, f.created_at,
    s.last_no - d.day_no as open_days,
    case when s.last_no - d.day_no <= 3 then '0-3 d' when s.last_no - d.day_no <= 7 then '4-7 d' when s.last_no - d.day_no <= 15 then '8-15 d'
        when s.last_no - d.day_no <= 30 then '16-30 d' else '31+ d' end as age_band,
    f.resolution_due_at as due_at,
    case when f.resolution_excluded = 'rule_unset' then null else coalesce(f.resolution_due_on <= s.last_on, false) end as is_overdue
from standing s
join fct_cases f on f.subject_id = s.subject_id
join dim_classes k on k.class_no = f.class_no
join calendar_days d on d.day = cast(f.created_at as date)
join dim_accounts b on b.account_no = f.account_no
left join dim_accounts a on a.customer_no = b.customer_no and a.valid_from <= s.last_on and s.last_on < a.valid_to
