-- about: cohort members that fct_cohort_revenue holds twice, or that it lost in a period it has rows of
-- name_zh: 收入保有名单不丢行不重行
-- name_en: No cohort member's revenue is lost or doubled
-- blocking: yes
select period_kind, starts_on, customer_id from (
  select m.period_kind, m.starts_on, m.customer_id, 1 as in_members, 0 as in_fact from fct_cohort_members m
  where exists (select 1 from fct_cohort_revenue r where r.period_kind = m.period_kind and r.starts_on = m.starts_on)
  union all
  select period_kind, starts_on, customer_id, 0, 1 from fct_cohort_revenue
) m
group by period_kind, starts_on, customer_id
having sum(in_members) <> 1 or sum(in_fact) <> 1
