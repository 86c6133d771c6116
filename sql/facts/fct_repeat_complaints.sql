-- about: One row per complaint whose customer had complained about the same category before, by the day of its creation, with the
--   day of the last one before it (D5). What counts nowhere, and what was recoded, is no complaint; no category is one
--   category.
-- order: subject_id
-- key: subject_id
with complaints as (
    select f.subject_id, f.created_at,
        lag(cast(f.created_at as date)) over (partition by a.customer_no, coalesce(k.category, '')
            order by f.created_at nulls last, f.subject_id nulls last) as before_on
    from fct_cases f
    join dim_accounts a on a.account_no = f.account_no
    join dim_classes k on k.class_no = f.class_no
    where k.kind = 'complaint' and f.excluded_reason is null and not f.recoded
)
select c.subject_id, c.before_on, n.day_no - b.day_no as days_since
from complaints c
left join calendar_days n on n.day = cast(c.created_at as date)
join calendar_days b on b.day = c.before_on
