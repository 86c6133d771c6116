-- about: one row per product, metric and month with how much its group differs from its trend: 1.4826 times the median
--   distance (MAD; on normal data a standard deviation) of the twelve months that end with it, in parts of 10,000. A year
--   of months, because the distance of a few customers in one month is chance
-- materialized: table
select m.product, m.metric, m.month_no, cast(quantile_disc(abs(u.deviation_bp), 0.5) * 14826 / 10000 as bigint) as robust_bp
from (select distinct product, metric, month_no from stg_usage where deviation_bp is not null) m
join stg_usage u on u.product = m.product and u.metric = m.metric and u.month_no > m.month_no - 12 and u.month_no <= m.month_no
where u.deviation_bp is not null
group by m.product, m.metric, m.month_no
