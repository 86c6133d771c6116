-- about: one row per request to cancel whose set number of days has passed; subject_id is the request
-- id: H3
-- of: H3
-- main: yes
-- name_zh: 挽留收入
-- name_en: Revenue saved
-- family: retention
-- kind: sum
-- over_time: sum
-- unit: fen
-- direction: up
-- anchor_zh: 申请后满规定天数之日
-- anchor_en: day that lies the set number of days after the request
-- needs: cancel_requests.at, services.started_on, bills.amount_fen
-- formula_zh: Σ（挽留成功的申请所涉业务的月租 − 让利金额）；成功与 H1 的分子相同，让利为折扣乘以月数的总额。责任人为实施挽留的客户经理，没有的为申请当日的归属人；未经挽留自愿撤回的计入公司、不计入个人。
-- formula_en: Sum, over the requests saved (the numerator of H1), of the monthly price of the services concerned less the concession
--   granted (discount x months). Accountable is the manager who made the attempt,
--   else the owner on the day of the request; requests withdrawn before any contact count for the company, not for a person.
-- excluded_zh: 非重要客户（未装载重要客户名单时全部计入）、过户、内部换号、测试、规定天数内的重复申请（并入前一次）、未配置天数、没有涉及的业务、业务没有月租。
-- excluded_en: Requests by others than key accounts (all count where that feed was never loaded), transfers of ownership, number
--   changes, tests, repeated requests within the set number of days (one with the first), days not configured, no service
--   concerned, services without a price.
-- details: attempt_at, services, kept, base_fen, concession_fen
-- source: 本系统建议；S1《集团客户服务规范管理手册》大客户挽留流程：「慰留成功」
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
  case when reason is null then case when is_withdrawn or kept = services then base_fen - concession_fen else cast(0 as bigint) end end as num,
  case when reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, reason as excluded_reason,
  attempt_at, services, kept, base_fen, concession_fen
from judged
