-- about: bills that fct_bills lost or holds twice
-- name_zh: 账单事实不丢行不重行
-- name_en: No bill is lost or doubled
-- blocking: yes
select bill_id from (
  select bill_id, 1 as in_staging, 0 as in_fact from stg_bills
  union all
  select bill_id, 0, 1 from fct_bills
) b
group by bill_id
having sum(in_staging) <> 1 or sum(in_fact) <> 1
