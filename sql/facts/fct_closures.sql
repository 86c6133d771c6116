-- about: One row per complaint or fault that was closed (D7): when, and how often it was passed on before. A close with a reopen after
--   it is none. Of a case that came back after the window each subject has its own close: by the next reopen.
-- order: closed_on
-- key: subject_id
with closes as (
    select f.subject_id, f.class_no, f.account_no, f.created_at, f.excluded_reason, f.recoded,
        coalesce(r.case_id, f.subject_id) as case_id, r.started_at, max(c.closed_at) as closed_at
    from fct_cases f
    join dim_classes k on k.class_no = f.class_no
    left join fct_reopened_cases r on r.subject_id = f.subject_id
    join stg_case_closes c on c.case_id = coalesce(r.case_id, f.subject_id)
        and (r.started_at is null or r.started_at <= c.closed_at) and (r.next_started_at is null or c.closed_at < r.next_started_at)
        and (r.reopened_at is null or r.reopened_at <= c.closed_at)
    where k.kind in ('complaint', 'fault')
    group by f.subject_id, f.class_no, f.account_no, f.created_at, f.excluded_reason, f.recoded, r.case_id, r.started_at
),
passed_on as (
    select c.subject_id, count(*) as transfers
    from closes c
    join stg_case_transfers t on t.case_id = c.case_id and t.moved_at <= c.closed_at and (c.started_at is null or c.started_at <= t.moved_at)
    group by c.subject_id
)
select c.subject_id, c.class_no, c.account_no, c.created_at, c.closed_at, cast(c.closed_at as date) as closed_on,
    cast(coalesce(p.transfers, 0) as bigint) as transfers,
    case when c.excluded_reason is not null then c.excluded_reason when c.recoded then 'recoded' end as excluded_reason
from closes c
left join passed_on p on p.subject_id = c.subject_id
