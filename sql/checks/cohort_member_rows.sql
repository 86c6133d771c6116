-- about: customers that are in the cohort of a period twice, or active on its first day and not in it
-- name_zh: 拍照名单不丢客户不重客户
-- name_en: No customer is missing from a cohort or in it twice
-- blocking: yes
with counted as (
  select period_kind, starts_on, count(*) as members, count(distinct customer_id) as customers
  from fct_cohort_members
  group by period_kind, starts_on
), present as (
  select p.period_kind, p.starts_on, count(*) as customers
  from fct_cohort_periods p
  join fct_activity a on a.valid_from <= p.starts_on and p.starts_on < a.valid_to
  group by p.period_kind, p.starts_on
)
select p.period_kind, p.starts_on, p.customers as active, c.members, c.customers
from present p
left join counted c on c.period_kind = p.period_kind and c.starts_on = p.starts_on
where c.members is null or c.members <> p.customers or c.customers <> p.customers
