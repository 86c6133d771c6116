-- about: One row per case with a promise to the customer: the first one that was reported, whatever was promised later (C7).
--   A version that only another mapping of its file replaced was never said.
-- materialized: table
with earlier as (
    select c.case_id, arg_min(c.promised_due_at, {'batch': c.batch_id, 'until': c.superseded_by}) as promised_due_at
    from raw.cases c
    left join raw.batches later on later.batch_id = c.superseded_by
    where c.superseded_by is not null and c.promised_due_at is not null
        and (later.replaces is null or later.replaces <> c.batch_id)
    group by c.case_id
)
select c.case_id, coalesce(e.promised_due_at, c.promised_due_at) as promised_due_at
from raw.cases c
left join earlier e on e.case_id = c.case_id
where c.superseded_by is null and coalesce(e.promised_due_at, c.promised_due_at) is not null
