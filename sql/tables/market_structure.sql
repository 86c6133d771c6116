-- about: how many customers of which region, industry and tier there are and what they bring, beside a year ago
-- name_zh: 市场结构
-- name_en: Market structure
-- columns: region text, industry text, tier tier, customers count, before_customers count, customers_change change customers/before_customers,
--   revenue_fen fen, before_revenue_fen fen, revenue_change change revenue_fen/before_revenue_fen
-- columns_zh: 区域, 行业, 级别, 客户数, 去年同期客户数, 客户数同比, 经常性收入, 去年同期收入, 收入同比
-- columns_en: Region, Industry, Tier, Customers, A year ago, Change, Recurring revenue, A year ago, Change
-- note_zh: 客户数为期末在网客户；区域和级别按当时，行业按现在的客户资料。
-- note_en: Customers are those active at the end of the period; region and tier are those of the time, the industry is that of the customer list.
-- needs: customers.industry
-- order: region, industry, tier
-- source: 客户经理工作手册
with span as (
  select starts_on, ends_on, last_on, 1 as is_now from asked
  union all
  select before_starts_on, before_ends_on, before_last_on, 0 from asked
), part as (
  select s.region, s.customer_id, s.tier, a.is_now, 1 as customers, 0 as revenue_fen
  from span a
  join seen s on s.valid_from <= a.last_on and a.last_on < s.valid_to
  join fct_activity v on v.customer_id = s.customer_id and v.valid_from <= a.last_on and a.last_on < v.valid_to
  union all
  select s.region, s.customer_id, s.tier, a.is_now, 0, v.revenue_fen
  from span a
  join calendar_periods m on m.period_kind = 'month' and a.starts_on <= m.starts_on and m.starts_on < a.ends_on
  join fct_revenue_months v on v.ym = m.first_ym
  join seen s on s.customer_id = v.customer_id and s.valid_from < m.ends_on and m.ends_on <= s.valid_to
)
select p.region, c.industry, p.tier, sum(p.customers * p.is_now) as customers, sum(p.customers * (1 - p.is_now)) as before_customers,
  sum(p.revenue_fen * p.is_now) as revenue_fen, sum(p.revenue_fen * (1 - p.is_now)) as before_revenue_fen
from part p
left join dim_customers c on c.customer_id = p.customer_id
group by p.region, c.industry, p.tier
