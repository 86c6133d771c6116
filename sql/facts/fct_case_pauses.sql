-- about: One row per stretch in which a case waited for its customer, overlaps united (R4, edges 9 and 10): where it
--   begins and ends (NULL: never) on four measures - seconds of the calendar (_s), working seconds (_f), days (_day),
--   working days (_work) - and how much earlier stretches took (before_). A resume ends every open pause, and so does a
--   resolve; the time between a void resolve and a reopen caused by the customer is such a stretch.
-- order: case_id, subject_no, pause_no
with stream as (
    select case_id, event_at, event_s, event_f, event_day, event_work, 0 as resolved, 0 as restarted,
        case event_type when 'pause' then 1 else -1 end as step,
        case event_type when 'pause' then 1 else 2 end as turn
    from stg_case_events
    where (event_type = 'pause' and customer_side)
        or event_type = 'resume'
    union all
    select case_id, event_at, event_s, event_f, event_day, event_work,
        case event_type when 'resolve' then 1 else 0 end,
        case event_type when 'resolve' then 0 else 1 end,
        0, case event_type when 'resolve' then 3 else 0 end
    from fct_case_moves
    where event_type = 'resolve' or is_late
),
placed as (
    select s.*,
        sum(resolved) over (partition by case_id order by event_at nulls last, turn nulls last
            rows between unbounded preceding and current row) as resolves,
        1 + sum(restarted) over (partition by case_id order by event_at nulls last, turn nulls last
            rows between unbounded preceding and current row) as subject_no
    from stream s
),
turns as (
    select p.*,
        coalesce(lag(step) over (partition by case_id, subject_no, resolves order by event_at nulls last, turn nulls last), -1)
            as before_step
    from placed p
    where step <> 0
),
stretches as (
    select case_id, subject_no, resolves, step,
        event_s as from_s, event_f as from_f, event_day as from_day, event_work as from_work,
        lead(event_s) over (partition by case_id, subject_no, resolves order by event_at nulls last, turn nulls last) as to_s,
        lead(event_f) over (partition by case_id, subject_no, resolves order by event_at nulls last, turn nulls last) as to_f,
        lead(event_day) over (partition by case_id, subject_no, resolves order by event_at nulls last, turn nulls last) as to_day,
        lead(event_work) over (partition by case_id, subject_no, resolves order by event_at nulls last, turn nulls last) as to_work
    from turns
    where step <> before_step
),
standing as ( -- the resolve of a case that never came back is no move
    select s.case_id, s.from_s, d.day_no as event_day, d.work_no as event_work, d.work_before_s,
        d.open1_s, d.close1_s, d.open2_s, d.close2_s, d.open3_s, d.close3_s,
        d.day_s + extract(hour from c.resolved_at) * 3600 + extract(minute from c.resolved_at) * 60
            + cast(extract(second from c.resolved_at) as bigint) as event_s
    from stretches s
    join stg_cases c on c.case_id = s.case_id
    left join calendar_days d on d.day = cast(c.resolved_at as date)
    where s.step = 1 and s.to_s is null
),
solved as (
    select case_id, from_s, event_s, event_day, event_work,
        work_before_s + greatest(0, least(event_s, close1_s) - open1_s) + greatest(0, least(event_s, close2_s) - open2_s)
            + greatest(0, least(event_s, close3_s) - open3_s) as event_f
    from standing
    where from_s <= event_s
),
ended as (
    select s.case_id, s.subject_no, s.from_s, s.from_f, s.from_day, s.from_work,
        coalesce(s.to_s, m.event_s, v.event_s) as to_s,
        coalesce(s.to_f, m.event_f, v.event_f) as to_f,
        coalesce(s.to_day, m.event_day, v.event_day) as to_day,
        coalesce(s.to_work, m.event_work, v.event_work) as to_work
    from stretches s
    left join fct_case_moves m on m.case_id = s.case_id and m.event_type = 'resolve' and m.resolve_no = s.resolves + 1
    left join solved v on v.case_id = s.case_id and v.from_s = s.from_s
    where s.step = 1
    union all
    select case_id, subject_no, before_s, before_f, before_day, before_work, event_s, event_f, event_day, event_work
    from fct_case_moves
    where event_type = 'reopen' and customer_side and not is_late
),
reaching as ( -- Stretches that begin and end together are one row: their order would not be defined.
    select e.*,
        max(coalesce(to_s, 99999999999)) over (partition by case_id, subject_no order by from_s nulls last, coalesce(to_s, 99999999999) nulls last
            rows between unbounded preceding and 1 preceding) as reached_s
    from (select distinct * from ended) e
),
islands as (
    select o.*,
        sum(case when reached_s is null or from_s > reached_s then 1 else 0 end)
            over (partition by case_id, subject_no order by from_s nulls last, coalesce(to_s, 99999999999) nulls last
                rows between unbounded preceding and current row) as island
    from reaching o
),
united as (
    select case_id, cast(subject_no as integer) as subject_no, cast(island as integer) as pause_no,
        min(from_s) as from_s, min(from_f) as from_f, min(from_day) as from_day, min(from_work) as from_work,
        case when count(*) = count(to_s) then max(to_s) end as to_s,
        case when count(*) = count(to_s) then max(to_f) end as to_f,
        case when count(*) = count(to_s) then max(to_day) end as to_day,
        case when count(*) = count(to_s) then max(to_work) end as to_work
    from islands
    group by case_id, subject_no, island
),
summed as (
    select u.*,
        cast(coalesce(sum(to_s - from_s) over (partition by case_id, subject_no order by pause_no nulls last
            rows between unbounded preceding and 1 preceding), 0) as bigint) as before_s,
        cast(coalesce(sum(to_f - from_f) over (partition by case_id, subject_no order by pause_no nulls last
            rows between unbounded preceding and 1 preceding), 0) as bigint) as before_f,
        cast(coalesce(sum(to_day - from_day) over (partition by case_id, subject_no order by pause_no nulls last
            rows between unbounded preceding and 1 preceding), 0) as bigint) as before_day,
        cast(coalesce(sum(to_work - from_work) over (partition by case_id, subject_no order by pause_no nulls last
            rows between unbounded preceding and 1 preceding), 0) as bigint) as before_work
    from united u
)
select s.*,
    coalesce(lead(from_s) over (partition by case_id, subject_no order by pause_no nulls last), 99999999999) as next_s
from summed s
