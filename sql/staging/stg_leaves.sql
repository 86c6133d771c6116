-- about: one row per approved leave with who stands in, of the days [from_on, to_on); where no leave has an approver each
--   counts as approved
with approvals as (
  select count(approved_by) > 0 as kept from raw.leaves where superseded_by is null
)
select l.manager_id, l.deputy_id, l."from" as from_on, cast(l."to" + interval '1' day as date) as to_on
from raw.leaves l
cross join approvals a
where l.superseded_by is null and (l.approved_by is not null or not a.kept)
