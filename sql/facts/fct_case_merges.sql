-- about: One row per case that others were merged into or duplicate: the earliest creation and the first contact that it
--   inherits from them, so that merging cannot launder a late answer (R7, edge 3).
-- order: case_id
select
    survivor_id as case_id,
    min(created_at) as created_at,
    min(contact_at) as contact_at,
    cast(count(*) as bigint) as merged_cases
from stg_cases
where survivor_id is not null
group by survivor_id
