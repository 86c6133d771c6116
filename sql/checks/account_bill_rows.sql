-- about: the bills that fct_bills lost or holds twice, as two counts (its key is checked by itself)
-- name_zh: 账单事实不丢行不重行
-- name_en: No bill is lost or doubled
-- blocking: yes
select loaded.bills as loaded_bills, made.bills as made_bills
from (select count(*) as bills from raw.bills b cross join run_info r where b.superseded_by is null and b.issued_on <= r.as_of_on) loaded
cross join (select count(*) as bills from fct_bills) made
where loaded.bills <> made.bills
