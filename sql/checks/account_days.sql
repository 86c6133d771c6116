-- about: customers that do not have exactly one stretch of dim_accounts for every day from 1900 to 2199
-- name_zh: 每个客户每天恰有一条归属记录
-- name_en: Every customer has exactly one account row a day
-- blocking: yes
with stretch as (
  select customer_id, valid_from, valid_to,
    lag(valid_to, 1, date '1900-01-01') over (partition by customer_id order by valid_from) as previous_to,
    lead(valid_from, 1, date '2199-12-31') over (partition by customer_id order by valid_from) as next_from
  from dim_accounts
)
select customer_id, valid_from, valid_to from stretch
where valid_from <> previous_to or valid_to <> next_from or valid_from >= valid_to
union all
select customer_id, null, null from stg_customer_ids i
where not exists (select 1 from dim_accounts a where a.customer_id = i.customer_id)
