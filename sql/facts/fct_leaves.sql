-- about: one row per approved leave of a manager, of the days [from_on, to_on)
-- order: manager_id, from_on
select manager_id, from_on, to_on
from stg_leaves
