-- about: One row per close of a complaint or fault: the reported ones, and what the wide column tells where none was reported.
-- materialized: table
select g.case_id, g.event_at as closed_at
from stg_case_given g
where g.event_type = 'close' and g.case_id in (select case_id from stg_case_wide where kind in ('complaint', 'fault'))
union
select c.case_id, c.closed_at
from stg_case_wide c
left join stg_case_firsts f on f.case_id = c.case_id
where c.kind in ('complaint', 'fault') and c.closed_at <= (select as_of from run_info) and not coalesce(f.has_close, false)
