-- about: customers whose owner-days differ from the days on which they were active
-- name_zh: 归属天数合计等于在网天数
-- name_en: Owner-days add up to active days
-- blocking: yes
select customer_id, sum(owner_days) as owner_days, sum(active_days) as active_days from (
  select customer_id, days as owner_days, 0 as active_days from fct_owner_days
  union all
  select a.customer_id, 0, case when a.valid_to < p.end_on then a.valid_to else p.end_on end - case when a.valid_from > p.first_on then a.valid_from else p.first_on end
  from fct_activity a cross join stg_span p
  where a.valid_from < p.end_on and p.first_on < a.valid_to
) d
group by customer_id
having sum(owner_days) <> sum(active_days)
