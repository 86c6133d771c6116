-- about: one row per duty that was waived, under the subject of its measure: who waived it, why, and for which days (both
--   inside). A planned contact is waived by itself; the visits of a window by whatever waives all of its days, the widest first
-- key: subject_id
with visit as (
  select d.customer_id || '/' || cast(d.starts_on as varchar) || '/' || cast(d.window_months as varchar) as subject_id,
    w.waived_by, w.waived_reason, w.from_on, w.until_on,
    row_number() over (partition by d.customer_id, d.starts_on, d.window_months
      order by w.until_on desc nulls last, w.from_on nulls last, w.duty_id nulls last) as place
  from fct_visit_duties d
  join stg_duty_waivers w on w.kind = 'visit' and w.customer_id = d.customer_id and w.from_on <= d.starts_on and d.last_on <= w.until_on
  where d.excluded_reason = 'waived'
)
select subject_id, waived_by, waived_reason, from_on, until_on
from visit
where place = 1
union all
select duty_id, waived_by, waived_reason, from_on, until_on
from stg_duty_waivers
where kind <> 'visit'
