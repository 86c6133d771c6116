-- about: the months in which a customer used much less, or more, than was to be expected
-- name_zh: 用量异动
-- name_en: Usage watch
-- columns: month month, customer customer, manager manager, tier tier, product text, metric text, value value, before_value value,
--   trend percent, expected value, deviation change value/expected, robust percent, series series
-- columns_zh: 月份, 客户, 客户经理, 级别, 产品, 用量指标, 当月用量, 去年同月, 同组趋势, 预期用量, 偏离预期, 同组一个稳健标准差, 近十三个月走势
-- columns_en: Month, Customer, Manager, Tier, Product, Metric, Used, Same month last year, Trend of the group, Expected, From expected,
--   One robust deviation of the group, Thirteen months
-- note_zh: 预期 = 去年同月用量 × 同组趋势（同产品、同指标、两年都有用量的全部客户的增长中位数）。偏离超过规定比例且超过规定倍数的稳健标准差（1.4826 × 近十二个月偏离的绝对中位差）才列出；客户数不足的组、去年同月无用量的不判断。列出只说明值得了解，不说明原因。
-- note_en: Expected = use in the same month last year × the trend of the group (the median growth of all customers with this product and
--   metric and use in both years). Listed where it differs by more than the percentage and by more than the number of robust deviations
--   that the rules say (1.4826 × the median distance of the last twelve months); small groups and months without a year to compare
--   with are not judged. A line says where to ask, not why.
-- needs: usage.value
-- rules: rule_params.usage_change_percent, rule_params.usage_robust_deviations, rule_params.usage_group_min
-- order: month desc, deviation_bp, customer, product, metric
-- source: 客户经理工作手册
select cast(f.ym as varchar) as month, f.customer_id as customer, s.manager_id as manager, s.tier, f.product, f.metric, f.value, f.before_value,
  (f.trend_bp - 10000) / 100 as trend, f.expected, f.robust_bp / 100 as robust, h.series, f.deviation_bp
from fct_usage f
join seen s on s.account_no = f.account_no
join asked a on a.starts_on <= f.month_on and f.month_on < a.ends_on
join (
  select x.customer_id, x.product, x.metric, x.month_no,
    string_agg(coalesce(cast(cast(y.value as bigint) as varchar), '-'), ' ' order by n.back desc) as series
  from fct_usage x
  join asked a on a.starts_on <= x.month_on and x.month_on < a.ends_on
  cross join (select range as back from range(13)) n
  left join fct_usage y on y.customer_id = x.customer_id and y.product = x.product and y.metric = x.metric and y.month_no = x.month_no - n.back
  where x.is_flagged
  group by x.customer_id, x.product, x.metric, x.month_no
) h on h.customer_id = f.customer_id and h.product = f.product and h.metric = f.metric and h.month_no = f.month_no
where f.is_flagged
