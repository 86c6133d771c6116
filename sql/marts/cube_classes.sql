-- about: the rows of one measure that carry the number of what they are about (class_no), added up by month, region, tier and
--   that number
with summed as (
    select d.ym, o.region, o.tier, m.class_no, m.excluded_reason, count(*) as n_rows, sum(m.num) as num, sum(m.den) as den,
        sum(m.num_sq) as num_sq
    from measure m
    join dim_owners o on o.owner_no = m.owner_no
    left join calendar_days d on d.day = m.anchor_on
    group by d.ym, o.region, o.tier, m.class_no, m.excluded_reason
)
select
    s.ym,
    s.region,
    s.tier,
    k.kind,
    k.severity,
    k.category,
    s.excluded_reason,
    s.n_rows,
    cast(s.num as bigint) as num,
    cast(s.den as bigint) as den,
    cast(s.num_sq as decimal(38, 0)) as num_sq
from summed s
left join dim_classes k on k.class_no = s.class_no
