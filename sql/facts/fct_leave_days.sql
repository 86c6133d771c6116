-- about: one row per manager and day of approved leave, with the deputy whom the leave names: of two leaves that hold the
--   day that of the later one
-- order: manager_id, leave_on
-- key: manager_id, leave_on
with placed as (
  select l.manager_id, d.day as leave_on, l.deputy_id,
    row_number() over (partition by l.manager_id, d.day order by case when l.deputy_id is null then 1 else 0 end nulls last,
      l.from_on desc nulls last, l.deputy_id nulls last) as place
  from stg_leaves l
  join calendar_days d on l.from_on <= d.day and d.day < l.to_on
)
select manager_id, leave_on, deputy_id
from placed
where place = 1
