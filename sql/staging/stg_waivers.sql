-- about: one row per customer and stretch of days (both ends inside) for which somebody waived the duty to visit
select distinct customer_id, window_start, window_end
from raw.duties
where superseded_by is null and kind = 'visit' and waived_by is not null
