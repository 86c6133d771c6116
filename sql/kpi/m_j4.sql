-- about: one row per milestone that fell due; subject_id is the milestone_id
-- id: J4
-- of: J4
-- main: yes
-- name_zh: 项目里程碑按时率
-- name_en: Milestones accepted on time
-- family: business
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 里程碑的到期日
-- anchor_en: day on which the milestone fell due
-- min_n: 5
-- needs: milestones.due_on, milestones.accepted_on, projects.customer_id
-- formula_zh: 到期日（含）之前客户验收的里程碑 ÷ 当期到期的里程碑。经批准的变更才推迟到期日，原到期日保留。到期未验收计为未按时。责任人为到期与验收两者中较早之日的客户经理。
-- formula_en: Milestones that the customer accepted by the end of their due day / milestones that fell due in the period. Only
--   an approved change moves the due day; the one first planned is kept beside it. Not accepted is a miss.
--   Accountable is the owner on the earlier of due day and acceptance.
-- deadline: due_on, done_on
-- details: planned_on, due_on, done_on
-- source: S3《项目客户服务管理操作规范及细则》客户服务管理目标3：「确保项目按时、按质、按量完成」
select f.milestone_id as subject_id, 'milestone' as subject_kind, cast(null as varchar) as period_kind, cast(f.accountable_on as timestamp) as event_at,
  f.due_on as anchor_on, f.due_on as mature_on, f.planned_on as original_on, f.customer_id,
  a.manager_id, a.unassigned_reason, a.team, a.region, a.tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  cast(case when f.accepted_on <= f.due_on then 1 else 0 end as bigint) as num,
  cast(1 as bigint) as den,
  cast(null as bigint) as value, cast(null as varchar) as excluded_reason,
  f.planned_on, f.due_on, f.accepted_on as done_on
from fct_milestones f
join dim_accounts a on a.account_no = f.account_no
cross join run_info r
where f.due_on < r.as_of_on
