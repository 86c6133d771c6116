-- about: one row per request to cancel whose set number of days has passed; subject_id is the request
-- id: H1.revenue
-- of: H1
-- main: no
-- name_zh: 挽留成功率（按收入）
-- name_en: Revenue saved, share
-- family: retention
-- kind: sums
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 申请后满规定天数之日
-- anchor_en: day that lies the set number of days after the request
-- min_n: 5
-- parts: fen
-- needs: cancel_requests.at, services.started_on, bills.amount_fen
-- formula_zh: Σ 仍在用业务的月租 ÷ Σ 申请所涉业务的月租，部分保留的按收入计入；未经挽留自愿撤回的视为全部保留。责任人为实施挽留的客户经理，没有的为申请当日的归属人；未经挽留自愿撤回的计入公司、不计入个人。
-- formula_en: Sum of the monthly price of the services that still run and are billed on the day / sum of that of the services
--   concerned, so that what is kept in part counts in part; requests withdrawn before any contact count as kept. Accountable is the manager who made the attempt,
--   else the owner on the day of the request; requests withdrawn before any contact count for the company, not for a person.
-- excluded_zh: 非重要客户（未装载重要客户名单时全部计入）、过户、内部换号、测试、规定天数内的重复申请（并入前一次）、未配置天数、没有涉及的业务、业务没有月租。
-- excluded_en: Requests by others than key accounts (all count where that feed was never loaded), transfers of ownership, number
--   changes, tests, repeated requests within the set number of days (one with the first), days not configured, no service
--   concerned, services without a price.
-- details: attempt_at, services, kept, base_fen, kept_fen
-- source: S1《集团客户服务规范管理手册》大客户挽留流程：「了解销户原因做好慰留」
with judged as (
  select s.*, case when s.excluded_reason is not null then s.excluded_reason when s.base_fen is null or s.base_fen <= 0 then 'no_base' end as reason
  from fct_saves s
  cross join run_info r
  where s.judged_on is null or s.judged_on < r.as_of_on
)
select request_id as subject_id, 'request' as subject_kind, cast(null as varchar) as period_kind, requested_at as event_at,
  coalesce(judged_on, requested_on) as anchor_on, coalesce(judged_on, requested_on) as mature_on, requested_on as original_on,
  customer_id, manager_id, unassigned_reason, team, region, tier, cast(null as varchar) as kind,
  cast(null as varchar) as severity, cast(null as varchar) as category,
  case when reason is null then case when is_withdrawn then base_fen else kept_fen end end as num,
  case when reason is null then base_fen end as den,
  cast(null as bigint) as value, reason as excluded_reason,
  attempt_at, services, kept, base_fen, kept_fen
from judged
