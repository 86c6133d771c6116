-- about: invoices that fell due a quarter ago or earlier, and are not in the collection fact
-- name_zh: 到期账单都进入当期回收
-- name_en: No invoice that fell due is missing from the collection
-- blocking: yes
select i.bill_id, i.due_on
from fct_invoices i
cross join run_info r
left join fct_collections c on c.bill_id = i.bill_id
left join (select max(value) as value from rule_params where name = 'collection_grace_days') g on true
where i.due_on + cast(coalesce(g.value, 0) + 90 as integer) < r.as_of_on and c.bill_id is null
  and i.due_on >= (select min(day) from calendar_days)
