-- about: the rows of one measure by who answers for them (owner_no), added up by month and that number:
--   grouping by one number takes a quarter of the time that grouping by five texts takes, and so does storing it
select
    m.ym,
    m.owner_no,
    m.excluded_reason,
    count(*) as n_rows,
    cast(sum(m.num) as bigint) as num,
    cast(sum(m.den) as bigint) as den,
    cast(sum(m.num_sq) as decimal(38, 0)) as num_sq
from measure m
group by m.ym, m.owner_no, m.excluded_reason
