-- about: One row per month that has ended and case open at its end (24:00 of its last day): not resolved by then, or resolved and
--   reopened within the window before then. How many days it had been open, in bands, whether its deadline had passed
--   (NULL: no limit is configured), and who owned the customer on the last day. Cases that count nowhere are not in it.
-- order: last_on
-- key: last_on, subject_id
with month as (
    select e.last_on, d.day_no as last_no, cast(e.last_on + interval '1' day as date) as ends_on
    from dim_month_ends e
    left join calendar_days d on d.day = e.last_on
),
moves as (
    select m.case_id, m.subject_no, m.event_type, m.is_late, m.event_at,
        lead(m.event_at) over (partition by m.case_id order by m.event_at nulls last, case m.event_type when 'resolve' then 0 else 1 end nulls last) as next_at
    from fct_case_moves m
),
opened as (
    select f.subject_id, f.account_no, f.class_no, f.created_at, f.resolution_due_at as due_at, f.resolution_due_on as due_on,
        f.resolution_excluded, f.created_at as open_from, f.resolved_at as open_to
    from fct_cases f
    left join calendar_periods p on p.period_kind = 'month' and p.first_ym = f.created_ym
    where f.reopens = 0 and f.excluded_reason is null and coalesce(f.resolved_at >= p.ends_on, f.resolved_at is null)
    union all
    select f.subject_id, f.account_no, f.class_no, f.created_at, f.resolution_due_at, f.resolution_due_on, f.resolution_excluded,
        f.created_at, r.first_resolved_at
    from fct_reopened_cases r
    join fct_cases f on f.subject_id = r.subject_id
    where f.reopens > 0 and f.excluded_reason is null
    union all
    select f.subject_id, f.account_no, f.class_no, f.created_at, f.resolution_due_at, f.resolution_due_on, f.resolution_excluded,
        m.event_at, m.next_at
    from moves m
    join fct_reopened_cases r on r.case_id = m.case_id and r.subject_no = m.subject_no
    join fct_cases f on f.subject_id = r.subject_id
    where m.event_type = 'reopen' and not m.is_late and f.excluded_reason is null
),
standing as (
    select o.*, m.last_on, m.last_no
    from opened o
    cross join month m
    where coalesce(o.open_from < m.ends_on and coalesce(m.ends_on <= o.open_to, true), false) -- plain comparisons DuckDB takes for ones that leave few rows
),
dated as (
    select s.*, k.kind, k.severity, b.customer_no, s.last_no - d.day_no as open_days
    from standing s
    left join dim_classes k on k.class_no = s.class_no
    left join calendar_days d on d.day = cast(s.created_at as date)
    left join dim_accounts b on b.account_no = s.account_no
)
select s.subject_id, s.last_on, s.kind, s.severity, coalesce(a.account_no, 0) as account_no, s.created_at, s.open_days,
    case when s.open_days <= 3 then '0-3 d' when s.open_days <= 7 then '4-7 d' when s.open_days <= 15 then '8-15 d'
        when s.open_days <= 30 then '16-30 d' else '31+ d' end as age_band,
    s.due_at,
    case when s.resolution_excluded = 'rule_unset' then null else coalesce(s.due_on <= s.last_on, false) end as is_overdue
from dated s
left join dim_accounts a on a.customer_no = s.customer_no and a.valid_from <= s.last_on and s.last_on < a.valid_to
