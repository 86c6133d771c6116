-- about: the rows of one measure (read as "measure", with the square of num in num_sq) added up by month, twice in one reading: by who answers for them
--   (is_traits 0) and by what they are about (is_traits 1). The columns of the other are NULL
select
    d.ym,
    m.manager_id,
    m.unassigned_reason,
    m.team,
    m.region,
    m.tier,
    m.kind,
    m.severity,
    m.category,
    m.excluded_reason,
    grouping(m.manager_id) as is_traits,
    count(*) as n_rows,
    cast(sum(m.num) as bigint) as num,
    cast(sum(m.den) as bigint) as den,
    cast(sum(m.num_sq) as decimal(38, 0)) as num_sq
from measure m
left join calendar_days d on d.day = m.anchor_on
group by grouping sets (
    (d.ym, m.manager_id, m.unassigned_reason, m.team, m.region, m.tier, m.excluded_reason),
    (d.ym, m.region, m.tier, m.kind, m.severity, m.category, m.excluded_reason)
)
