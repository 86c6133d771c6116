-- about: one row per report that somebody owes. by_unit: a unit owes it, not a person: so the feed says, or it is one of the
--   loaded units and the feed does not say, or it is a slip of the hall
select d.report_id, coalesce(d.kind, 'other') as kind, d.owed_by, d.due_at, cast(d.due_at as date) as due_on,
  case when d.done_at <= r.as_of then d.done_at end as done_at,
  d.kind is not distinct from 'hall_slip' or coalesce(d.owed_by_kind = 'unit', u.unit_id is not null) as by_unit
from raw.reports_due d
cross join run_info r
left join raw.org_units u on u.unit_id = d.owed_by and u.superseded_by is null
where d.superseded_by is null
