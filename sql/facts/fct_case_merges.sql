-- about: One row per case that others were merged into or duplicate: the earliest creation, the first contact and the highest
--   severity that it inherits from them, so that merging cannot launder a late answer (R7, edge 3).
-- order: case_id
select
    survivor_id as case_id,
    min(created_at) as created_at,
    min(contact_at) as contact_at,
    case max(case severity when 'urgent' then 3 when 'high' then 2 else 1 end) when 3 then 'urgent' when 2 then 'high' else 'normal' end as severity,
    cast(count(*) as bigint) as merged_cases
from stg_cases
where survivor_id is not null
group by survivor_id
