-- about: one row per opportunity that was won, lost or left open too long, and per opportunity whose rule is not set;
--   subject_id is the opportunity_id
-- id: J2
-- of: J2
-- main: yes
-- name_zh: 商机转化率
-- name_en: Win rate
-- family: business
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 决定日，或满规定天数未决之日
-- anchor_en: day of the decision, or on which it had been open too long
-- min_n: 5
-- needs: opportunities.decided_on, opportunities.outcome
-- formula_zh: 赢单 ÷（赢单 + 丢单）。建立后满规定天数（建议 180 天）仍未决的算丢单，之后再决定也不改变；尚未决定的是储备，不计入。责任人为计入当日的客户经理。
-- formula_en: Won / (won + lost). What was not decided within so many days of its opening (proposed: 180) is lost, whatever
--   comes later; what is still open is pipeline and not in it. Accountable is the owner on the day that counts.
-- excluded_zh: 未配置未决天数时，尚未决定的商机。
-- excluded_en: Undecided opportunities while the number of days is not configured.
-- details: opened_on
-- source: S1《集团客户服务规范管理手册》大客户回访流程：「发现商业机会 见业务受理流程」
with judged as (
  select *, case when ended_on is null then 'rule_unset' end as excluded_reason
  from fct_opportunities
  where ended_on is not null or is_unset
)
select f.opportunity_id as subject_id, 'opportunity' as subject_kind, cast(null as varchar) as period_kind, cast(coalesce(f.ended_on, f.opened_on) as timestamp) as event_at,
  coalesce(f.ended_on, f.opened_on) as anchor_on, coalesce(f.ended_on, f.opened_on) as mature_on, f.opened_on as original_on, f.customer_id,
  a.manager_id, a.unassigned_reason, a.team, a.region, a.tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  case when f.excluded_reason is null then cast(case when f.is_won then 1 else 0 end as bigint) end as num,
  case when f.excluded_reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, f.excluded_reason,
  f.opened_on
from judged f
join dim_accounts a on a.account_no = f.account_no
