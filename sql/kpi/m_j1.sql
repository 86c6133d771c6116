-- about: one row per activated order (subject_id: the order_id), one per claw-back (order_id/clawback), and one per month
--   and manager with a target (target/manager_id/month; target/company/month; what nobody bears of it ends in /rest)
-- id: J1
-- of: J1
-- main: yes
-- name_zh: 业务发展完成率
-- name_en: New business against target
-- family: business
-- kind: sums
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 开通日；取消日；目标按其所属月
-- anchor_en: day of the activation, or of the cancellation; targets count in their month
-- needs: orders.activated_on, orders.monthly_fen, targets.value
-- formula_zh: Σ 产品权重 × 月租，按开通日计入；开通后规定天数（建议 90 天）内取消的，在取消日按原额扣回。责任人为签约日的客户经理。账单不对应订单，负账单不另行扣回。除以 J1.volume 的当月目标（目标数据中的客户经理目标，或没有时的公司目标）。月中入职、离职的，按当月在职日历日占比计其目标，其余计入未分配。目标只到客户经理，故只按客户经理、团队给出。不封顶：封顶只在计分时进行。
-- formula_en: Sum of product weight x monthly revenue of the orders, counted on the day they were activated; what is cancelled
--   within the claw-back days (proposed: 90) of its activation is taken back on the day of the cancellation.
--   Accountable is the owner on the day of signing. Bills name no order, so a negative bill takes nothing back.
--   Divided by the targets of these months for J1.volume: those of the managers, or where none has one the
--   company's. Who came or left within a month bears its target by calendar days in post; nobody bears the rest.
--   A target has neither region nor tier: by manager and team only.
--   Not capped: a cap belongs to the points.
-- excluded_zh: 存量迁移、没有月租的订单；产品权重或扣回天数未配置。
-- excluded_en: Migration of what was there before, orders without a monthly fee; no weight of the product or no claw-back days
--   configured.
-- parts: fen
-- cluster: customer_id
-- interval: none
-- grains: manager, team
-- details: activated_on
-- source: S0《首席客户经理服务实施细则》四(三)：「考核指标应包括客户满意度、客户保有率、业务发展量、服务质量等多个维度」
select f.subject_id as subject_id, f.subject_kind as subject_kind, cast(null as varchar) as period_kind, cast(f.signed_on as timestamp) as event_at,
  f.day as anchor_on, f.day as mature_on, f.signed_on as original_on, f.customer_id,
  a.manager_id, a.unassigned_reason, a.team, a.region, a.tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  case when f.excluded_reason is null then f.fen end as num,
  case when f.excluded_reason is null then cast(0 as bigint) end as den,
  cast(null as bigint) as value, f.excluded_reason,
  f.activated_on
from fct_new_business f
join dim_accounts a on a.account_no = f.account_no
union all
select t.subject_id as subject_id, 'target' as subject_kind, cast(null as varchar) as period_kind, cast(t.starts_on as timestamp) as event_at,
  t.starts_on as anchor_on, t.starts_on as mature_on, t.starts_on as original_on, cast(null as varchar) as customer_id,
  t.manager_id, t.unassigned_reason, t.team, cast(null as varchar) as region, cast(null as integer) as tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  cast(0 as bigint) as num,
  t.target_fen as den,
  cast(null as bigint) as value, cast(null as varchar) as excluded_reason,
  cast(null as date)
from fct_business_targets t
