-- about: one row per request to cancel whose set number of days has passed; subject_id is the request
-- id: H1
-- of: H1
-- main: yes
-- name_zh: 挽留成功率
-- name_en: Customers saved
-- family: retention
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 申请后满规定天数之日
-- anchor_en: day that lies the set number of days after the request
-- min_n: 5
-- needs: cancel_requests.at, services.started_on, bills.amount_fen
-- formula_zh: 满规定天数之日所涉业务仍全部在用且客户当月仍有经常性收入的申请 ÷ 重要客户的销户申请；未经挽留自愿撤回的视为成功，未作挽留的仍计入。并户的看存续客户。责任人为实施挽留的客户经理，没有的为申请当日的归属人；未经挽留自愿撤回的计入公司、不计入个人。
-- formula_en: Requests of which on the day all services concerned still run and the customer is billed recurring revenue /
--   requests to cancel by key accounts; those withdrawn before any contact count as saved, those nobody attempted to save
--   count. Of a merged customer the survivor is looked at. Accountable is the manager who made the attempt,
--   else the owner on the day of the request; requests withdrawn before any contact count for the company, not for a person.
-- excluded_zh: 非重要客户（未装载重要客户名单时全部计入）、过户、内部换号、测试、规定天数内的重复申请（并入前一次）、未配置天数、没有涉及的业务。
-- excluded_en: Requests by others than key accounts (all count where that feed was never loaded), transfers of ownership, number
--   changes, tests, repeated requests within the set number of days (one with the first), days not configured, no service
--   concerned.
-- details: attempt_at, services, kept
-- source: S1《集团客户服务规范管理手册》大客户挽留流程：「了解销户原因做好慰留」
with judged as (
  select s.*, s.excluded_reason as reason
  from fct_saves s
  cross join run_info r
  where s.judged_on is null or s.judged_on < r.as_of_on
)
select request_id as subject_id, 'request' as subject_kind, cast(null as varchar) as period_kind, requested_at as event_at,
  coalesce(judged_on, requested_on) as anchor_on, coalesce(judged_on, requested_on) as mature_on, requested_on as original_on,
  customer_id, manager_id, unassigned_reason, team, region, tier, cast(null as varchar) as kind,
  cast(null as varchar) as severity, cast(null as varchar) as category,
  case when reason is null then cast(case when is_withdrawn or kept = services then 1 else 0 end as bigint) end as num,
  case when reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, reason as excluded_reason,
  attempt_at, services, kept
from judged
