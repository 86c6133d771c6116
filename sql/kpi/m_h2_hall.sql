-- about: one row per request to cancel whose notice to the manager fell due, and per request that owed none; subject_id is the request
-- id: H2.hall
-- charged_to: unit
-- of: H2
-- main: no
-- name_zh: 挽留通知及时率（营业厅、热线）
-- name_en: Managers notified on time (hall, hotline)
-- family: retention
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 到期日
-- anchor_en: day on which the step fell due
-- min_n: 5
-- needs: cancel_requests.at, cancel_requests.notified_at, cancel_requests.attempt_at
-- formula_zh: 在时限内通知客户经理的申请 ÷ 通知在当期到期的重要客户销户申请；自客户提出申请起算，到期未通知计为未及时。由营业厅或热线负责，不计入客户经理。
-- formula_en: Requests of which the manager was notified within the limit / requests of key accounts whose notice fell due in the
--   period; the clock starts with the request, none when due is a miss. It is charged to the hall or hotline, never to a
--   manager.
-- excluded_zh: 非重要客户（未装载重要客户名单时全部计入）、过户、内部换号、测试、规定天数内的重复申请、到期之前自愿撤回且尚未处理的申请、时限未配置。
-- excluded_en: Requests by others than key accounts (all count where that feed was never loaded), transfers of ownership, number
--   changes, tests, repeated requests within the set number of days, requests withdrawn before the step was due or done,
--   limits not configured.
-- deadline: due_at, done_at
-- details: due_at, done_at, took_work_s, took_calendar_s, rule_version
-- source: S1《集团客户服务规范管理手册》大客户挽留流程：「集团客户申请销户 营业厅 客户经理 识别是否大客户」
select s.request_id as subject_id, 'request' as subject_kind, cast(null as varchar) as period_kind, s.from_at as event_at,
  s.due_on as anchor_on, s.due_on as mature_on, cast(s.requested_at as date) as original_on, s.customer_id, s.manager_id,
  s.unassigned_reason, s.team, s.region, s.tier, cast(null as varchar) as kind, cast(null as varchar) as severity,
  cast(null as varchar) as category,
  case when s.excluded_reason is null then cast(case when s.is_met then 1 else 0 end as bigint) end as num,
  case when s.excluded_reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, s.excluded_reason,
  s.due_at, s.done_at, s.took_work_s, s.took_calendar_s, s.rule_version
from fct_save_steps s
cross join run_info r
where s.step = 'hall' and (s.excluded_reason is not null or s.due_at <= r.as_of)
