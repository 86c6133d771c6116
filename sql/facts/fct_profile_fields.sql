-- about: one row per required field of a customer's file and stretch of days in which its state was the same; fresh_to is the first
--   day on which what was verified is stale (profile_fresh_days), NULL while the number of days is not set
-- order: customer_id
-- key: customer_id, field, valid_from
select s.customer_id, s.field, s.is_filled, s.is_known, s.verified_on, s.valid_from, s.valid_to, t.day as fresh_to,
  g.value is null and s.verified_on is not null as fresh_unset
from stg_profile_fields s
left join calendar_days v on v.day = s.verified_on
left join rule_params g on g.name = 'profile_fresh_days' and g.valid_from <= s.verified_on and s.verified_on < g.valid_to
left join calendar_days t on t.day_no = v.day_no + g.value + 1
