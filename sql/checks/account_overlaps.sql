-- about: assignments of one customer's owners that overlap; the later one was taken
-- name_zh: 同一客户的主责归属时间重叠（取较晚者）
-- name_en: Owners of a customer overlap (the later one was taken)
-- blocking: no
select a.customer_id, a.manager_id, a.valid_from, b.manager_id as other_id, b.valid_from as other_from
from raw.assignments a
join raw.assignments b on b.customer_id = a.customer_id and b.superseded_by is null and (b.role = 'owner' or b.role is null)
  and (a.valid_from < b.valid_from or a.valid_from = b.valid_from and a.manager_id < b.manager_id)
  and (a.valid_to is null or b.valid_from <= a.valid_to)
where a.superseded_by is null and (a.role = 'owner' or a.role is null)
