-- about: One row per customer and stretch of days with its number of users; nobody said how many: none.
select customer_id, valid_from, valid_to, coalesce(users, 0) as users
from stg_customer_versions
