-- about: one row per request to cancel; subject_id is the request
-- id: H1.interim
-- of: H1
-- main: no
-- name_zh: 当场挽留率
-- name_en: Customers saved at once (interim)
-- family: retention
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 申请日期
-- anchor_en: day of the request
-- min_n: 5
-- needs: cancel_requests.at, services.started_on, bills.amount_fen
-- formula_zh: 当场挽留成功或撤回的申请 ÷ 重要客户当期提出且已有结果的销户申请；H1 成熟之前的过渡口径。责任人为实施挽留的客户经理，没有的为申请当日的归属人；未经挽留自愿撤回的计入公司、不计入个人。
-- formula_en: Requests saved or withdrawn / requests to cancel that key accounts made in the period and that have an outcome;
--   stands in until H1 is mature. Accountable is the manager who made the attempt,
--   else the owner on the day of the request; requests withdrawn before any contact count for the company, not for a person.
-- excluded_zh: 非重要客户（未装载重要客户名单时全部计入）、过户、内部换号、测试、规定天数内的重复申请（并入前一次）、未配置天数、没有涉及的业务、尚无结果。
-- excluded_en: Requests by others than key accounts (all count where that feed was never loaded), transfers of ownership, number
--   changes, tests, repeated requests within the set number of days (one with the first), days not configured, no service
--   concerned, without an outcome yet.
-- details: attempt_at, services
-- source: S1《集团客户服务规范管理手册》大客户挽留流程：「了解销户原因做好慰留」
with judged as (
  select *, case when excluded_reason is not null then excluded_reason when outcome is null then 'undecided' end as reason
  from fct_saves
)
select request_id as subject_id, 'request' as subject_kind, cast(null as varchar) as period_kind, requested_at as event_at,
  requested_on as anchor_on, requested_on as mature_on, requested_on as original_on,
  customer_id, manager_id, unassigned_reason, team, region, tier, cast(null as varchar) as kind,
  cast(null as varchar) as severity, cast(null as varchar) as category,
  case when reason is null then cast(case when outcome in ('saved', 'withdrawn') then 1 else 0 end as bigint) end as num,
  case when reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, reason as excluded_reason,
  attempt_at, services
from judged
