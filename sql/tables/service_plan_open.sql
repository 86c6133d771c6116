-- about: the customers who did not get all that their service plan owed them
-- name_zh: 分级服务未兑现客户
-- name_en: Service plan not delivered
-- columns: tier tier, customer customer, manager manager, item item, channel channel, from_on date, last_on date, owed count, done count
-- columns_zh: 级别, 客户, 客户经理, 服务内容, 记录渠道, 周期开始, 周期结束, 应提供次数, 已提供次数
-- columns_en: Tier, Customer, Manager, Item, Recorded as, Window from, Window to, Times owed, Times delivered
-- needs: tier_history.tier
-- rules: rule_cadences
-- order: tier, customer, item, last_on
-- source: 客戶服務分級管理辦法
select p.tier, p.customer_id as customer, s.manager_id as manager, p.item, p.item as channel, p.starts_on as from_on, p.last_on, p.owed, p.done
from fct_service_plan p
join seen s on s.account_no = p.account_no
join asked a on a.starts_on <= p.last_on and p.last_on < a.ends_on
where p.done < p.owed
