-- about: one row per customer and stretch of days (both ends inside) for which somebody waived the duty to visit
select distinct customer_id, from_on as window_start, until_on as window_end
from stg_duty_waivers
where kind = 'visit'
