-- about: customers that are in the tier cohort of a quarter twice
-- name_zh: 级别名单每季每客户一行
-- name_en: A customer is in a quarter's tier cohort once
-- blocking: yes
select starts_on, customer_id from fct_tier_cohorts group by starts_on, customer_id having count(*) <> 1
