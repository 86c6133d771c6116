-- about: One row per pause and measure (the numbers of dim_limits): a limit that would be used up
--   at a reading of more than net_x and at most next_net_x of the clock without pauses is put off by shift_x. The
--   pauses that count are those that begin before the limit is used up; one that never ends puts it off for ever.
-- order: case_id, subject_no, measure, pause_no
with readings as (
    select case_id, subject_no, pause_no, 2 as measure, from_s - before_s as net_x,
        before_s + coalesce(to_s - from_s, 99999999999) as shift_x
    from fct_case_pauses
    union all
    select case_id, subject_no, pause_no, 1, from_f - before_f, before_f + coalesce(to_f - from_f, 99999999999)
    from fct_case_pauses
    union all
    select case_id, subject_no, pause_no, 4, from_day - before_day,
        before_day + coalesce(to_day - from_day, 99999999999)
    from fct_case_pauses
    union all
    select case_id, subject_no, pause_no, 3, from_work - before_work,
        before_work + coalesce(to_work - from_work, 99999999999)
    from fct_case_pauses
)
select r.*,
    coalesce(lead(net_x) over (partition by case_id, subject_no, measure order by pause_no nulls last), 99999999999) as next_net_x
from readings r
