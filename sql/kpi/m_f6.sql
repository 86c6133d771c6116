-- about: one row per issue raised on a visit that has fallen due; subject_id is the issue
-- id: F6
-- of: F6
-- main: yes
-- name_zh: 走访问题闭环率
-- name_en: Visit issues settled
-- family: visits
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 到期日
-- anchor_en: day on which the issue fell due
-- min_n: 10
-- needs: visit_issues.raised_at, visit_issues.closed_at, visit_issues.told_at
-- formula_zh: 到期日当天或之前已关闭并告知客户的走访问题 ÷ 当期到期的走访问题；到期未关闭或未告知计为未闭环。没有到期日的按规定天数推算。责任人为闭环日或到期日（取较早者）的归属人。
-- formula_en: Issues raised on visits that were closed and reported back to the customer by the day they fell due / issues that
--   fell due in the period; what was not is a miss. Issues without a date fall due the set number of days after they were
--   raised. Accountable is the owner on the day it was settled or fell due, the earlier of the two.
-- excluded_zh: 没有到期日且未配置处理天数的问题。
-- excluded_en: Issues without a date where the days to settle them are not configured.
-- deadline: due_on, done_at
-- details: due_on, done_at
-- source: S1《集团客户服务规范管理手册》第三节：「及时处理回访中发现的问」
select i.issue_id as subject_id, 'issue' as subject_kind, cast(null as varchar) as period_kind, i.raised_at as event_at,
  i.due_on as anchor_on, i.due_on as mature_on, cast(i.raised_at as date) as original_on, i.customer_id, a.manager_id,
  a.unassigned_reason, a.team, a.region, a.tier, cast(null as varchar) as kind, cast(null as varchar) as severity,
  cast(null as varchar) as category,
  case when i.excluded_reason is null then cast(case when i.is_met then 1 else 0 end as bigint) end as num,
  case when i.excluded_reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, i.excluded_reason,
  i.due_on, i.finished_at as done_at
from fct_visit_issues i
join dim_accounts a on a.account_no = i.account_no
cross join run_info r
where i.excluded_reason is not null or i.due_on < r.as_of_on
