-- about: One row per transfer of a case from who first had it, or had it last, to somebody else.
-- materialized: table
select distinct case_id, event_at as moved_at
from stg_case_given
where event_type = 'transfer'
