-- about: one row per waived row of the feed duties, with who waived it, why, and for which days (both inside)
select duty_id, customer_id, kind, window_start as from_on, window_end as until_on, waived_by, waived_reason
from raw.duties
where superseded_by is null and waived_by is not null
