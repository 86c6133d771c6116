-- about: one row per finding whose rectification fell due, and per finding without a due day; subject_id is the
--   finding_id
-- id: L3
-- of: L3
-- main: yes
-- name_zh: 整改按期完成率
-- name_en: Findings rectified on time
-- family: quality
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 整改的到期日
-- anchor_en: day on which the rectification fell due
-- min_n: 5
-- needs: findings.due_on, findings.verified_on
-- formula_zh: 到期日（含）之前经他人验证完成的整改 ÷ 当期到期的整改。责任人自己验证的不算；到期未验证计为未完成。部门负责的只计入公司。责任人为当日在岗的本人，离职之后的不计入个人。
-- formula_en: Findings verified as rectified by somebody else than their owner by the end of the due day / findings that fell
--   due in the period. Open past due is a miss. What a unit has to mend counts for the company only. Accountable is
--   the person, with the team of that day; after his last day nobody.
-- excluded_zh: 没有到期日的整改。
-- excluded_en: Findings without a due day.
-- deadline: due_on, done_on
-- details: due_on, done_on
-- source: S2《客戶服務分級管理辦法》監督機制3：「對發現的問題及時提出整改意見,并跟蹤整改結果」
with judged as (
  select *, coalesce(due_on, raised_on) as day, case when due_on is null then 'no_due_day' end as excluded_reason
  from fct_findings
)
select f.finding_id as subject_id, 'finding' as subject_kind, cast(null as varchar) as period_kind, cast(f.day as timestamp) as event_at,
  f.day as anchor_on, f.day as mature_on, f.day as original_on, cast(null as varchar) as customer_id,
  f.manager_id, f.unassigned_reason, f.team, cast(null as varchar) as region, cast(null as integer) as tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  case when f.excluded_reason is null then cast(case when f.verified_on <= f.due_on then 1 else 0 end as bigint) end as num,
  case when f.excluded_reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, f.excluded_reason,
  f.due_on, f.verified_on as done_on
from judged f
cross join run_info r
where f.due_on is null or f.due_on < r.as_of_on
