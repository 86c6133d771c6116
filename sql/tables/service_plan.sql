-- about: what the service plan of each tier owed in the windows that ended in the period, and what of it was delivered
-- name_zh: 分级服务方案
-- name_en: Service plan by tier
-- columns: tier tier, item item, channel channel, window_months count, customers count, owed count, done count, duties count,
--   kept count, kept_rate share kept/duties
-- columns_zh: 级别, 服务内容, 记录渠道, 周期（月）, 客户数, 应提供次数, 已提供次数, 应履行周期数, 全部提供的周期数, 周期兑现率
-- columns_en: Tier, Item, Recorded as, Window (months), Customers, Times owed, Times delivered, Windows owed,
--   Windows kept, Share of windows kept
-- note_zh: 按周期第一天的客户级别（有单独约定的按约定）计应提供次数；同一天只算一次，超出应提供次数的不计。只含在期内结束、且客户全程在网的周期。
-- note_en: Owed by the tier on the first day of each window (or what was agreed with the customer). A day counts once, and no more than what
--   was owed. Only windows that ended in the period and in which the customer was active throughout.
-- needs: tier_history.tier
-- rules: rule_cadences
-- order: tier, item, window_months
-- source: 客戶服務分級管理辦法
select p.tier, p.item, p.item as channel, p.window_months, count(distinct p.customer_id) as customers, sum(p.owed) as owed, sum(p.done) as done,
  count(*) filter (where p.done = p.owed) as kept, count(*) as duties
from fct_service_plan p
join seen s on s.account_no = p.account_no
join asked a on a.starts_on <= p.last_on and p.last_on < a.ends_on
group by p.tier, p.item, p.window_months
