-- about: one row per kind, severity and category that a case may have: what a case is about, in one number. Every kind and
--   severity with every category: telling which of them occur together costs more than having them
-- order: class_no
-- key: class_no
select cast(row_number() over (order by k.kind nulls last, s.severity nulls last, c.category nulls last) as integer) as class_no,
    k.kind, s.severity, c.category
from (select distinct kind from stg_cases) k
cross join (select distinct severity from stg_cases) s
cross join (select distinct category from stg_cases) c
