-- about: one row per customer that any reference feed or any case names, also as the survivor of a merger
-- materialized: table
select customer_id from raw.customers where superseded_by is null
union select customer_id from raw.assignments where superseded_by is null
union select customer_id from raw.tier_history where superseded_by is null
union select merged_into from raw.customers where superseded_by is null and merged_into is not null
union select customer_id from stg_case_wide where customer_id is not null
