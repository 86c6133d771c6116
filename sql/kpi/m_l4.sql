-- about: one row per reported breach; subject_id is the breach_id
-- id: L4
-- of: L4
-- main: yes
-- name_zh: 红线事件
-- name_en: Confirmed red-line breaches
-- family: quality
-- kind: count
-- over_time: sum
-- unit: count
-- direction: down
-- anchor_zh: 确认日期
-- anchor_en: day of the confirmation
-- needs: breaches.kind, breaches.confirmed_on
-- formula_zh: 当期经确认的红线事件数（泄密、虚假走访、未登记打印详单等）。只有在听取本人意见之后确认的才计入；任何事件都不自动扣分。责任人为当事人，离职之后确认的不计入个人。
-- formula_en: Number of red-line breaches confirmed in the period (leaks, false visits, unregistered prints of call details
--   and the like). A breach counts only when it was confirmed after the person had been heard; none is ever deducted
--   automatically. Accountable is the person; what is confirmed after his last day is nobody's.
-- excluded_zh: 未确认的事件、确认之前未听取本人意见的事件。
-- excluded_en: Breaches that are not confirmed, or were confirmed before the person had been heard.
-- source: S4《客户经理工作手册》日常行为规范3：「不泄漏客户的通信情况和商业秘密」
select f.breach_id as subject_id, 'breach' as subject_kind, cast(null as varchar) as period_kind, cast(f.day as timestamp) as event_at,
  f.day as anchor_on, f.day as mature_on, f.day as original_on, cast(null as varchar) as customer_id,
  f.manager_id, f.unassigned_reason, f.team, cast(null as varchar) as region, cast(null as integer) as tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity, f.kind as category,
  case when f.excluded_reason is null then cast(1 as bigint) end as num,
  case when f.excluded_reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, f.excluded_reason
from fct_breaches f
