-- about: the cases of customers that the customer list does not know, when there is such a list
-- name_zh: 工单的客户都在客户清单里
-- name_en: The customers of cases are known
-- blocking: no
select f.customer_id, count(*) as cases
from fct_cases f
left join dim_customers c on c.customer_id = f.customer_id
where c.customer_id is null and (exists (select 1 from dim_customers) or exists (select 1 from raw.batches where feed = 'customers'))
group by f.customer_id
