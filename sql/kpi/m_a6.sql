-- about: one row per dissatisfied answer whose recovery fell due, and per such answer that counts nowhere; under the key
--   of the survey (survey_id, with "/question" where the question is given)
-- id: A6
-- of: A6
-- main: yes
-- name_zh: 不满意修复率
-- name_en: Dissatisfied answers recovered
-- family: satisfaction
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 修复的到期日
-- anchor_en: day on which the recovery fell due
-- min_n: 10
-- needs: surveys.answered_at, surveys.score, cases.survey_id, cases.cause, cases.action
-- formula_zh: 在时限内有原因、有措施、已解决并经客户回访确认满意的不满意答复 ÷ 修复在当期到期的不满意答复。不满意：满意度得分不高于量表最高分的 40%（5 分制 1-2 分），净推荐值 0-6 分。以对应该问卷的跟进工单为准，完成时间取解决和客户确认两者中较晚的。到期未完成计为未及时。责任人为到期与完成两者中较早之时的客户经理；其他部门的工单只计入公司。
-- formula_en: Dissatisfied answers with a recorded cause and action, resolved and confirmed by the satisfied customer
--   within the limit / dissatisfied answers whose recovery fell due in the period. Dissatisfied: a satisfaction score of
--   at most 40 % of the maximum (1-2 of 5), a recommendation of 0-6. What counts is the follow-up case that names the
--   survey, at the later of its resolve and the confirmation. Not done when due is a miss. Accountable is the owner at the
--   earlier of deadline and completion; answers about cases of another department count for the company only.
-- excluded_zh: A1 排除的答复；三次以上回访均未接通且未完成的（单列）；时限未配置。
-- excluded_en: Answers that A1 leaves out; customers who could not be reached in three tries (shown apart); without a
--   configured limit.
-- deadline: due_at, done_at
-- details: due_at, done_at, took_work_s, took_calendar_s, rule_version
-- source: S0《首席客户经理服务实施细则》三(四)3：「针对客户提出的意见和建议,制定改进措施,并落实到位」
select
    o.subject_id, 'survey' as subject_kind, cast(null as varchar) as period_kind,
    o.accountable_at as event_at,
    coalesce(o.due_on, cast(o.started_at as date)) as anchor_on,
    coalesce(o.due_on, cast(o.started_at as date)) as mature_on,
    cast(o.started_at as date) as original_on,
    coalesce(a.customer_id, o.customer_id) as customer_id,
    case when s.unassigned_reason = 'other_department' then null else a.manager_id end as manager_id,
    case when s.unassigned_reason = 'other_department' and a.manager_id is not null then s.unassigned_reason else a.unassigned_reason end as unassigned_reason,
    case when s.unassigned_reason = 'other_department' then null else a.team end as team, a.region, a.tier,
    cast('followup' as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
    case when o.excluded_reason is null then cast(case when o.met then 1 else 0 end as bigint) end as num,
    case when o.excluded_reason is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    o.excluded_reason,
    o.due_at, o.done_at, o.took_work_s, o.took_calendar_s, o.rule_version
from fct_obligations o
join dim_accounts a on a.account_no = o.account_no
left join fct_surveys s on s.subject_id = o.subject_id
cross join run_info r
where o.duty = 'survey_recovery' and (o.excluded_reason is not null or o.due_at <= r.as_of)
