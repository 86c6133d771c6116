-- about: one row per month that has begun with or after the loaded events and is over: the days that stocks are taken on
-- order: last_on
-- key: last_on
select p.starts_on, cast(p.ends_on - interval '1' day as date) as last_on
from calendar_periods p
cross join stg_span s
where p.period_kind = 'month' and s.first_on <= p.starts_on and p.ends_on <= s.end_on
