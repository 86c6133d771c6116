-- about: one row per customer, product, metric and month that has ended with what was used in it, beside what was used in
--   the same month a year ago. month_no counts months, so that a year is 12. Of all customers with the product and metric
--   and a year to compare with (the group): growth_bp is this month over that one in parts of 10,000, trend_bp the
--   group's median of it, members how many there are; expected is last year's value moved by the trend, deviation_bp how
--   far the value is from it. Medians and quotients are DuckDB's here, so that facts hold numbers only
-- materialized: table
with used as (
  select u.customer_id, u.product, u.metric, u.month as ym, u.month // 100 * 12 + u.month % 100 as month_no, p.starts_on as month_on,
    cast(p.ends_on - 1 as date) as last_on, u.value
  from raw.usage u
  join calendar_periods p on p.period_kind = 'month' and p.first_ym = u.month
  cross join run_info r
  where u.superseded_by is null and u.value >= 0 and p.ends_on <= r.as_of_on
), paired as (
  select u.*, b.value as before_value, cast(u.value * 10000 / b.value as bigint) as growth_bp
  from used u
  left join used b on b.customer_id = u.customer_id and b.product = u.product and b.metric = u.metric and b.month_no = u.month_no - 12
    and b.value > 0
), trend as (
  select product, metric, month_no, cast(quantile_disc(growth_bp, 0.5) as bigint) as trend_bp, count(*) as members
  from paired
  where growth_bp is not null
  group by product, metric, month_no
)
select p.*, t.trend_bp, coalesce(t.members, 0) as members,
  cast(p.before_value * t.trend_bp / 10000 as decimal(24, 4)) as expected,
  case when t.trend_bp > 0 then cast(cast(p.growth_bp as double) * 10000 / t.trend_bp as bigint) - 10000 end as deviation_bp
from paired p
left join trend t on t.product = p.product and t.metric = p.metric and t.month_no = case when p.growth_bp is not null then p.month_no end
