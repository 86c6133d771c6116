-- about: one row per required field of a customer's file and stretch of days in which its state was the same; verified_no is the
--   number of the day on which it was verified
-- order: customer_id
-- key: customer_id, field, valid_from
select s.customer_id, s.field, s.is_filled, s.is_known, s.verified_on, s.valid_from, s.valid_to, v.day_no as verified_no
from stg_profile_fields s
left join calendar_days v on v.day = s.verified_on
