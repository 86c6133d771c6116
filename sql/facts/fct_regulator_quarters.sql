-- about: Per quarter one row per complaint that the customer took to the regulator, and one per customer active on the first day
--   of the quarter with his users (D6). A quarter that began before the loaded events has none.
-- order: starts_on
with quarter as (
    select p.starts_on, p.ends_on
    from calendar_periods p
    cross join stg_span s
    cross join run_info r
    where p.period_kind = 'quarter' and s.first_on <= p.starts_on and p.starts_on <= r.as_of_on
),
quarter_month as (
    select q.starts_on, q.ends_on, m.first_ym as ym
    from quarter q
    join calendar_periods m on m.period_kind = 'month' and q.starts_on <= m.starts_on and m.starts_on < q.ends_on
)
select f.subject_id, 'case' as subject_kind, q.starts_on, q.ends_on, f.created_at as event_at, f.account_no,
    k.kind, k.severity, k.category, cast(1 as bigint) as complaints, cast(0 as bigint) as users,
    case when f.excluded_reason is not null then f.excluded_reason when f.recoded then 'recoded' end as excluded_reason
from stg_case_steps s
join fct_cases f on f.subject_id = s.case_id
join dim_classes k on k.class_no = f.class_no
join quarter_month q on q.ym = f.created_ym
where coalesce(s.regulator, false) and k.kind = 'complaint'
union all
select v.customer_id, 'customer', q.starts_on, q.ends_on, cast(q.starts_on as timestamp), coalesce(a.account_no, 0),
    null, null, null, 0, cast(u.users as bigint), null
from quarter q
cross join fct_activity v
join stg_user_counts u on u.customer_id = v.customer_id and u.valid_from <= q.starts_on and q.starts_on < u.valid_to
left join dim_accounts a on a.customer_id = v.customer_id and a.valid_from <= q.starts_on and q.starts_on < a.valid_to
where coalesce(v.valid_from <= q.starts_on and q.starts_on < v.valid_to, false) -- plain comparisons DuckDB takes for ones that leave few rows
