-- about: one row per finding raised by the run's business day. by_unit: one of the loaded units has to mend it, not a person;
--   verified_on only where somebody else than the owner verified it
select f.finding_id, f.owner_id, f.raised_on, f.due_on,
  case when f.fixed_on <= r.as_of_on then f.fixed_on end as fixed_on,
  case when f.verified_on <= r.as_of_on and f.verified_by <> f.owner_id then f.verified_on end as verified_on,
  u.unit_id is not null as by_unit
from raw.findings f
cross join run_info r
left join raw.org_units u on u.unit_id = f.owner_id and u.superseded_by is null
where f.superseded_by is null and f.raised_on <= r.as_of_on
