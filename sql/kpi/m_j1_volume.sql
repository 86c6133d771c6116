-- about: one row per activated order (subject_id: the order_id) and one per claw-back (order_id/clawback)
-- id: J1.volume
-- of: J1
-- main: no
-- name_zh: 业务发展量
-- name_en: New business
-- family: business
-- kind: sum
-- over_time: sum
-- unit: fen
-- direction: up
-- anchor_zh: 开通日；取消日
-- anchor_en: day of the activation, or of the cancellation
-- needs: orders.activated_on, orders.monthly_fen
-- formula_zh: Σ 产品权重 × 月租，按开通日计入；开通后规定天数（建议 90 天）内取消的，在取消日按原额扣回。责任人为签约日的客户经理。账单不对应订单，负账单不另行扣回。
-- formula_en: Sum of product weight x monthly revenue of the orders, counted on the day they were activated; what is cancelled
--   within the claw-back days (proposed: 90) of its activation is taken back on the day of the cancellation.
--   Accountable is the owner on the day of signing. Bills name no order, so a negative bill takes nothing back.
-- excluded_zh: 存量迁移、没有月租的订单；产品权重或扣回天数未配置。
-- excluded_en: Migration of what was there before, orders without a monthly fee; no weight of the product or no claw-back days
--   configured.
-- parts: fen
-- details: activated_on
-- source: S0《首席客户经理服务实施细则》四(三)：「考核指标应包括客户满意度、客户保有率、业务发展量、服务质量等多个维度」
select f.subject_id as subject_id, f.subject_kind as subject_kind, cast(null as varchar) as period_kind, cast(f.signed_on as timestamp) as event_at,
  f.day as anchor_on, f.day as mature_on, f.signed_on as original_on, f.customer_id,
  a.manager_id, a.unassigned_reason, a.team, a.region, a.tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  case when f.excluded_reason is null then f.fen end as num,
  case when f.excluded_reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, f.excluded_reason,
  f.activated_on
from fct_new_business f
join dim_accounts a on a.account_no = f.account_no
