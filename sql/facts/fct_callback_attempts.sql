-- about: One row per complaint that was tried to be called back on three different half-days after it was resolved, with the first
--   try of the third of them (D3.attempted). A half-day ends at noon or midnight.
-- order: subject_id
-- key: subject_id
with tries as (
    select o.subject_id, cast(b.called_at as date) as called_on, case when extract(hour from b.called_at) < 12 then 1 else 2 end as half,
        min(b.called_at) as called_at
    from fct_obligations o
    left join fct_reopened_cases r on r.subject_id = o.subject_id
    join stg_callbacks b on b.case_id = coalesce(r.case_id, o.subject_id) and o.started_at <= b.called_at
        and (r.next_started_at is null or b.called_at < r.next_started_at)
    where o.duty = 'callback'
    group by o.subject_id, cast(b.called_at as date), case when extract(hour from b.called_at) < 12 then 1 else 2 end
),
placed as (
    select t.*, row_number() over (partition by t.subject_id order by t.called_at nulls last) as place
    from tries t
)
select subject_id, called_at as third_at
from placed
where place = 3
