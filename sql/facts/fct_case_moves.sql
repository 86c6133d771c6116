-- about: One row per resolve and reopen of each case that was ever reopened. A reopen within the window after the resolve
--   before it makes that resolve void; a later one begins a new subject (R6, edges 1 and 2, ruling 3.20). A reopen of
--   a case that is not resolved says nothing. Windows count calendar days (ruling 3.2).
-- order: case_id, event_at, event_type
with moves as ( -- What several feeds tell of one instant is one move: the windows below need one order.
    select case_id, event_type, event_at, event_on, event_s, event_f, event_day, event_work,
        max(case when customer_side then 1 else 0 end) = 1 as customer_side,
        case event_type when 'resolve' then 0 else 1 end as turn
    from stg_case_cycles
    where event_type in ('resolve', 'reopen')
    group by case_id, event_type, event_at, event_on, event_s, event_f, event_day, event_work
),
followed as (
    select m.*,
        lag(event_type) over (partition by case_id order by event_at nulls last, turn nulls last) as before_type,
        lag(event_s) over (partition by case_id order by event_at nulls last, turn nulls last) as before_s,
        lag(event_f) over (partition by case_id order by event_at nulls last, turn nulls last) as before_f,
        lag(event_day) over (partition by case_id order by event_at nulls last, turn nulls last) as before_day,
        lag(event_work) over (partition by case_id order by event_at nulls last, turn nulls last) as before_work
    from moves m
),
judged as (
    select f.*,
        w.value is null as window_unset,
        f.event_type = 'reopen' and w.value is not null and f.event_day > f.before_day + w.value as is_late
    from followed f
    join stg_case_wide c on c.case_id = f.case_id
    left join rule_params w on w.name = 'reopen_window_days'
        and w.valid_from <= cast(c.created_at as date) and cast(c.created_at as date) < w.valid_to
    where f.event_type = 'resolve' or f.before_type = 'resolve'
)
select
    case_id, event_type, event_at, event_on, event_s, event_f, event_day, event_work, before_s, before_f, before_day,
    before_work, customer_side, is_late, window_unset,
    cast(1 + sum(case when is_late then 1 else 0 end)
        over (partition by case_id order by event_at nulls last, turn nulls last rows between unbounded preceding and current row) as integer) as subject_no,
    cast(sum(case when event_type = 'resolve' then 1 else 0 end)
        over (partition by case_id order by event_at nulls last, turn nulls last rows between unbounded preceding and current row) as integer) as resolve_no,
    row_number() over (partition by case_id order by event_at desc nulls last, turn desc nulls last) as from_last
from judged
