-- about: the same sums for a measure whose rows carry numbers for who answers for them (owner_no) and what they are about
--   (class_no): grouping by two numbers takes a third of the time that grouping by nine texts takes, and the texts are
--   looked up for the sums
with by_owner as (
    select d.ym, m.owner_no, m.excluded_reason, count(*) as n_rows, sum(m.num) as num, sum(m.den) as den, sum(m.num_sq) as num_sq
    from measure m
    left join calendar_days d on d.day = m.anchor_on
    group by d.ym, m.owner_no, m.excluded_reason
), by_class as (
    select d.ym, o.region, o.tier, m.class_no, m.excluded_reason, count(*) as n_rows, sum(m.num) as num, sum(m.den) as den,
        sum(m.num_sq) as num_sq
    from measure m
    join dim_owners o on o.owner_no = m.owner_no
    left join calendar_days d on d.day = m.anchor_on
    group by d.ym, o.region, o.tier, m.class_no, m.excluded_reason
)
select
    s.ym,
    o.manager_id,
    o.unassigned_reason,
    o.team,
    o.region,
    o.tier,
    cast(null as varchar) as kind,
    cast(null as varchar) as severity,
    cast(null as varchar) as category,
    s.excluded_reason,
    0 as is_traits,
    s.n_rows,
    cast(s.num as bigint) as num,
    cast(s.den as bigint) as den,
    cast(s.num_sq as decimal(38, 0)) as num_sq
from by_owner s
join dim_owners o on o.owner_no = s.owner_no
union all
select
    s.ym, cast(null as varchar), cast(null as varchar), cast(null as varchar), s.region, s.tier, k.kind, k.severity, k.category,
    s.excluded_reason, 1, s.n_rows, cast(s.num as bigint), cast(s.den as bigint), cast(s.num_sq as decimal(38, 0))
from by_class s
left join dim_classes k on k.class_no = s.class_no
