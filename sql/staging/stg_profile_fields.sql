-- about: one row per required field of a customer's file and stretch of days [valid_from, valid_to) in which one version of it is the
--   last one verified. Versions that a later delivery replaced are history; what was taken back is not. A field that was
--   never verified is known from the beginning; of the days before the first one that was verified nothing is known
--   (is_known), unless an earlier version was not verified
with versions as (
  select f.customer_id, f.field, coalesce(f.filled, false) as is_filled, f.verified_on,
    row_number() over (partition by f.customer_id, f.field, f.verified_on order by f.superseded_by is null desc, f.batch_id desc) as place
  from raw.profile_fields f
  cross join run_info r
  left join raw.batches later on later.batch_id = f.superseded_by
  where (f.superseded_by is null or f.superseded_by <> f.batch_id and (later.replaces is null or later.replaces <> f.batch_id))
    and (f.verified_on is null or f.verified_on <= r.as_of_on)
)
select customer_id, field, is_filled, verified_on, true as is_known, coalesce(verified_on, date '1900-01-01') as valid_from,
  lead(verified_on, 1, date '2199-12-31') over (partition by customer_id, field order by verified_on nulls first) as valid_to
from versions
where place = 1
union all
select customer_id, field, false, null, false, date '1900-01-01', min(verified_on)
from versions
group by customer_id, field
having count(*) = count(verified_on)
