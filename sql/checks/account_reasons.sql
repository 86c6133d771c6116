-- about: account stretches that have both an owner and a reason for having none, or neither
-- name_zh: 归属人与未分配原因二者恰有其一
-- name_en: An account row has either an owner or the reason why not
-- blocking: yes
select customer_id, valid_from from dim_accounts where (manager_id is null) = (unassigned_reason is null)
