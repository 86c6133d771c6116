-- about: one row per manager of the managers feed with the attributes as of the run's business day
-- order: manager_id
-- key: manager_id
select manager_id, name, team, region, role, hired_on, left_on, reports_to, unit_id, staff_no
from stg_managers
