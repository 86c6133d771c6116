-- about: one row per quarter and customer with the day since which it has been served without a gap of more than
--   tier_gap_months, and the full months from then to the quarter's end. Of merged customers the longest leg counts that was
--   unbroken when it was merged. A customer whose first day nobody knows has neither
with service as (
  select m.quarter, m.customer_id, m.member_id, m.until_on, q.gap_months, q.end_month_no, s.started_on, s.stops_on,
    max(s.stops_on) over (
      partition by m.quarter, m.member_id order by s.started_on, s.stops_on, s.service_id rows between unbounded preceding and 1 preceding) as so_far
  from stg_tier_members m
  join stg_tier_quarters q on q.quarter = m.quarter
  join stg_services s on s.customer_id = m.member_id and s.started_on < m.until_on
), leg as (
  select quarter, customer_id, member_id, until_on, gap_months, end_month_no, min(started_on) as first_on, max(stops_on) as stops_on,
    max(case when so_far is null or started_on > so_far + to_months(cast(gap_months as integer)) then started_on end) as since
  from service
  group by all
), dated as (
  select l.quarter, l.customer_id, l.end_month_no,
    case when l.since = l.first_on and c.first_active_on < l.since then c.first_active_on else l.since end as since
  from leg l
  left join stg_customers c on c.customer_id = l.member_id
  where l.until_on <= l.stops_on + to_months(cast(l.gap_months as integer))
), longest as (
  select quarter, customer_id, end_month_no, min(since) as since from dated where since > date '1900-01-01' group by all
)
select quarter, customer_id, since, end_month_no - (year(since) * 12 + month(since)) - case when day(since) > 1 then 1 else 0 end as months
from longest
