-- about: One row per case that was merged into another or duplicates another, with the case that survives it (R7). A
--   second case of one customer under one source reference is a duplicate of the first (edge 4). Chains are followed to
--   their end; a case that ends in a circle survives nowhere.
-- materialized: table
with recursive doubled as (
    -- By hash first: a key of two texts for every case would be the longest step of the run.
    select hash(customer_id, source_ref) as pair
    from stg_case_wide
    where source_ref is not null and merged_into is null and dup_of is null
    group by hash(customer_id, source_ref)
    having count(*) > 1
),
candidates as (
    select c.case_id, c.customer_id, c.source_ref, c.created_at
    from stg_case_wide c
    join doubled d on d.pair = hash(c.customer_id, c.source_ref)
    where c.source_ref is not null and c.merged_into is null and c.dup_of is null
),
twins as (
    select customer_id, source_ref, arg_min(case_id, {'created_at': created_at, 'case_id': case_id}) as first_id
    from candidates
    group by customer_id, source_ref
    having count(*) > 1
),
links as (
    select case_id, merged_into as into_id, 'merged' as reason
    from stg_case_wide
    where merged_into is not null and merged_into <> case_id
    union all
    select case_id, dup_of, 'duplicate'
    from stg_case_wide
    where dup_of is not null and dup_of <> case_id and (merged_into is null or merged_into = case_id)
    union all
    select c.case_id, t.first_id, 'duplicate'
    from candidates c
    join twins t on t.customer_id = c.customer_id and t.source_ref = c.source_ref
    where c.case_id <> t.first_id
),
walk as (
    select case_id, into_id, reason, 1 as steps from links
    union all
    select w.case_id, l.into_id, w.reason, w.steps + 1
    from walk w
    join links l on l.case_id = w.into_id
    where w.steps < 50
)
select w.case_id, any_value(w.reason) as reason, any_value(w.into_id) filter (where n.case_id is null) as survivor_id
from walk w
left join links n on n.case_id = w.into_id
group by w.case_id
