-- about: one row per order by the green channel that fell due, and per one without a due day; subject_id is the order_id
-- id: J3
-- of: J3
-- main: yes
-- name_zh: 绿色通道及时率
-- name_en: Green-channel orders on time
-- family: business
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 开通的到期日
-- anchor_en: day on which the activation fell due
-- min_n: 5
-- needs: orders.green_channel, orders.activated_on, orders.due_on
-- formula_zh: 到期日（含）之前开通的绿色通道订单 ÷ 当期到期的绿色通道订单。到期日以订单约定为准，没有约定的按开通时限（自然日或工作日）自签约日起算。到期未开通计为未及时。责任人为签约日的客户经理。
-- formula_en: Orders by the green channel activated by the end of their due day / those that fell due in the period. The due
--   day is the order's own, else the end of the provisioning limit in days from the signing. Not activated is a
--   miss. Accountable is the owner on the day of signing.
-- excluded_zh: 存量迁移、到期前取消的订单、开通后规定天数内取消的订单；没有约定到期日且开通时限未配置。
-- excluded_en: Migration, orders cancelled before they were due, or within the claw-back days of their activation; orders
--   without a due day while no limit is configured.
-- deadline: due_on, done_on
-- details: due_on, done_on
-- source: S0《首席客户经理服务实施细则》三(二)3：「为重要客户提供业务办理的优先通道服务,简化流程,缩短时限,确保业务快速落地」
with judged as (
  select *, case when is_migration then 'migration'
      when clawed_on is not null then 'clawed_back'
      when due_on is null then 'rule_unset'
      when activated_on is null and cancelled_on <= due_on then 'cancelled' end as excluded_reason
  from fct_orders
  where is_green
)
select f.order_id as subject_id, 'order' as subject_kind, cast(null as varchar) as period_kind, cast(f.signed_on as timestamp) as event_at,
  coalesce(f.due_on, f.signed_on) as anchor_on, coalesce(f.due_on, f.signed_on) as mature_on, f.signed_on as original_on, f.customer_id,
  a.manager_id, a.unassigned_reason, a.team, a.region, a.tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  case when f.excluded_reason is null then cast(case when f.activated_on <= f.due_on then 1 else 0 end as bigint) end as num,
  case when f.excluded_reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, f.excluded_reason,
  f.due_on, f.activated_on as done_on
from judged f
join dim_accounts a on a.account_no = f.account_no
cross join run_info r
where f.due_on is null or f.due_on < r.as_of_on
