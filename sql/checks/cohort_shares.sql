-- about: cohort members whose owner-days do not add up to the period's days, or that are there twice
-- name_zh: 名单客户的归属天数合计等于周期天数
-- name_en: The shares of a cohort member add up to the period
-- blocking: yes
select period_kind, starts_on, customer_id from (
  select period_kind, starts_on, customer_id, days, 0 as share, 1 as members from fct_cohort_members where excluded_reason is null and is_shared
  union all
  select period_kind, starts_on, customer_id, 0, days, 0 from fct_cohort_shares
) m
group by period_kind, starts_on, customer_id
having sum(days) <> sum(share) or sum(members) <> 1
