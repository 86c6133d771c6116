-- about: one row per call; subject_id is the call_id
-- id: M5
-- of: M5
-- main: yes
-- name_zh: 通话时长守则
-- name_en: Calls within the time limit
-- family: capability
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 通话开始时间
-- anchor_en: time at which the call began
-- min_n: 20
-- needs: calls.started_at, calls.seconds
-- formula_zh: 时长不超过上限（手册：10 分钟）的通话 ÷ 当期通话。责任人为通话的客户经理。这是纪律项，除非另行设置，权重为零。
-- formula_en: Calls no longer than the limit (the handbook says 10 minutes) / calls that began in the period. Accountable is
--   the manager who spoke. An item of discipline: its weight is nought unless somebody sets one.
-- excluded_zh: 没有时长的通话；未配置上限。
-- excluded_en: Calls without a duration; no limit configured.
-- details: took_s
-- source: S4《客户经理工作手册》日常行为规范9：「接听客户电话要注意将时间控制在10分钟以内」
with judged as (
  select c.*, g.value as limit_s,
    case when c.seconds is null then 'no_duration' when g.value is null then 'rule_unset' end as excluded_reason
  from fct_calls c
  left join rule_params g on g.name = 'call_seconds_max' and g.valid_from <= c.started_on and c.started_on < g.valid_to
)
select f.call_id as subject_id, 'call' as subject_kind, cast(null as varchar) as period_kind, f.started_at as event_at,
  f.started_on as anchor_on, f.started_on as mature_on, f.started_on as original_on, f.customer_id,
  f.manager_id, f.unassigned_reason, f.team, a.region, a.tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  case when f.excluded_reason is null then cast(case when f.seconds <= f.limit_s then 1 else 0 end as bigint) end as num,
  case when f.excluded_reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, f.excluded_reason,
  cast(f.seconds as bigint) as took_s
from judged f
join dim_accounts a on a.account_no = f.account_no
