-- about: one row per quarter that has ended within the days of the loaded events, by whose data customers are rated: the
--   tier_spend_months account months that end with it begin on window_from. Months are counted from the year 0 (month_no)
-- materialized: table
select p.period as quarter, p.starts_on, p.ends_on, cast(p.ends_on - interval 1 day as date) as last_on,
  cast(p.ends_on - to_months(cast(w.value as integer)) as date) as window_from,
  year(p.ends_on) * 12 + month(p.ends_on) as end_month_no, g.value as gap_months
from calendar_periods p
cross join stg_span s
left join rule_params w on w.name = 'tier_spend_months' and w.valid_from <= p.starts_on and p.starts_on < w.valid_to
left join rule_params g on g.name = 'tier_gap_months' and g.valid_from <= p.starts_on and p.starts_on < g.valid_to
where p.period_kind = 'quarter' and s.first_on <= p.starts_on and p.ends_on <= s.end_on
