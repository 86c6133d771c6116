-- about: the rows of one measure that carry the number of what they are about (class_no), added up by month, region, tier and
--   that number; region and tier are one number (place_no) while rows are added up
with places as (
    select owner_no, region, tier, dense_rank() over (order by region nulls last, tier nulls last) as place_no
    from dim_owners
),
summed as (
    select m.ym, p.place_no, m.class_no, m.excluded_reason, count(*) as n_rows, sum(m.num) as num, sum(m.den) as den,
        sum(m.num_sq) as num_sq
    from measure m
    join places p on p.owner_no = m.owner_no
    group by m.ym, p.place_no, m.class_no, m.excluded_reason
)
select
    s.ym,
    p.region,
    p.tier,
    k.kind,
    k.severity,
    k.category,
    s.excluded_reason,
    s.n_rows,
    cast(s.num as bigint) as num,
    cast(s.den as bigint) as den,
    cast(s.num_sq as decimal(38, 0)) as num_sq
from summed s
join (select distinct place_no, region, tier from places) p on p.place_no = s.place_no
left join dim_classes k on k.class_no = s.class_no
