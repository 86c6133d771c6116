-- about: one row per customer and stretch of days with its approved tier. A tier counts from the later of the day it
--   takes effect and the day it was approved, so an approval that comes after a quarter's end counts in the next one
--   (K1); where no file of the feed has an approval time at all, every tier counts as approved. A tier approved here
--   counts by its approval in any case
-- materialized: table
with current_rows as (
  select t.*, coalesce(b.source = 'kamlens', false) as is_own,
    max(case when b.source is distinct from 'kamlens' then t.approved_at end) over () is not null as approvals_kept
  from raw.tier_history t
  left join raw.batches b on b.batch_id = t.batch_id
  where t.superseded_by is null
), approved as (
  select customer_id, cast(tier as integer) as tier, effective_from, approved_by, rule_version, reason,
    case when approvals_kept or is_own then greatest(effective_from, cast(approved_at as date)) else effective_from end as counts_from
  from current_rows
  where approved_at is not null or not approvals_kept
), not_overtaken as (
  select *, max(effective_from) over (
      partition by customer_id order by counts_from, effective_from rows between unbounded preceding and current row) as newest
  from approved
), one_a_day as (
  select *, row_number() over (partition by customer_id, counts_from order by effective_from desc) as place
  from not_overtaken
  where effective_from = newest
)
select customer_id, tier, counts_from as valid_from,
  lead(counts_from, 1, date '2199-12-31') over (partition by customer_id order by counts_from) as valid_to,
  effective_from, approved_by, rule_version,
  coalesce(regexp_matches(reason, '(?i)override|manual|人工|手工'), false) as is_override
from one_a_day
where place = 1
