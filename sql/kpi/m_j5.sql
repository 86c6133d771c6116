-- about: one row per period, customer that became or ceased to be of tier 1 or 2 or changed its owner, and side;
--   subject_id is the customer_id, category the reason
-- id: J5
-- of: J5
-- main: yes
-- name_zh: 优质客户净增
-- name_en: Net gain of top customers
-- family: business
-- kind: sum
-- over_time: own
-- unit: count
-- direction: up
-- anchor_zh: 期末最后一日与期初前一日的批准级别
-- anchor_en: approved tiers on the last day of the period and on the day before it
-- periods: month, quarter, half, year
-- needs: customers.customer_id, tier_history.tier, assignments.manager_id
-- formula_zh: 期末在网的一、二级客户数 − 期初（前一日）在网的一、二级客户数，按原因分：up 升级、down 降级、new 新入、lost 流失、handed_over 转入转出。交接的客户在原责任人处为 −1、在新责任人处为 +1，公司合计为 0。分母为变动的行数。
-- formula_en: Active customers of tier 1 or 2 at the end of the last day of the period minus those at the end of the day
--   before it, by reason: up, down, new, lost, handed over. A customer handed over is -1 for the owner before and +1
--   for the one after, nothing for the company. The denominator is the number of such rows.
-- excluded_zh: 并入其他客户的客户，以及取代其位置的存续客户。
-- excluded_en: Customers merged into another, and survivors that take the place of one.
-- source: S4《客户经理工作手册》客户经理服务规则1：「积极服务目标客户并努力增加所拥有的优质客户数量」
select f.customer_id as subject_id, 'customer' as subject_kind, f.period_kind as period_kind, cast(case when f.change < 0 then f.starts_on else f.last_on end as timestamp) as event_at,
  f.starts_on as anchor_on, f.last_on as mature_on, f.starts_on as original_on, f.customer_id,
  f.manager_id, f.unassigned_reason, f.team, f.region, f.tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity, f.move as category,
  case when f.excluded_reason is null then f.change end as num,
  case when f.excluded_reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, f.excluded_reason
from fct_top_moves f
