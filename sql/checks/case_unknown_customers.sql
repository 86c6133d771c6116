-- about: the cases of customers that the customer list does not know, when there is such a list
-- name_zh: 工单的客户都在客户清单里
-- name_en: The customers of cases are known
-- blocking: no
select a.customer_id, sum(f.n) as cases
from (select account_no, count(*) as n from fct_cases group by account_no) f
join dim_accounts a on a.account_no = f.account_no
left join dim_customers c on c.customer_id = a.customer_id
where c.customer_id is null and (exists (select 1 from dim_customers) or exists (select 1 from raw.batches where feed = 'customers'))
group by a.customer_id
