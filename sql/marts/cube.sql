-- about: the rows of one measure (read as "measure") added up by month and by who answers for them
select
    d.ym,
    m.manager_id,
    m.unassigned_reason,
    m.team,
    m.region,
    m.tier,
    m.excluded_reason,
    count(*) as n_rows,
    cast(sum(m.num) as bigint) as num,
    cast(sum(m.den) as bigint) as den,
    cast(sum(cast(m.num as decimal(38, 0)) * m.num) as decimal(38, 0)) as num_sq
from measure m
left join calendar_days d on d.day = m.anchor_on
group by d.ym, m.manager_id, m.unassigned_reason, m.team, m.region, m.tier, m.excluded_reason
