-- about: one row per customer and stretch of days [valid_from, valid_to) for which somebody is its owner's deputy
-- order: customer_id, valid_from
-- key: customer_id, valid_from
select customer_id, deputy_id, valid_from, valid_to
from stg_deputies
