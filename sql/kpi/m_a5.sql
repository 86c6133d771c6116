-- about: one row per survey sent
-- id: A5
-- of: A5
-- main: yes
-- name_zh: 问卷回收率
-- name_en: Survey response rate
-- family: satisfaction
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 发送时间（满 30 天后成熟）
-- anchor_en: time of sending (mature after 30 days)
-- maturity_days: 30
-- min_n: 10
-- needs: surveys.sent_at, surveys.answered_at
-- formula_zh: 发送后 30 天内答复（任何答复）的问卷 ÷ 当期发送并送达的问卷。
-- formula_en: Surveys answered in any way within 30 days / surveys sent in the period and delivered.
-- excluded_zh: 未送达、退订、频次限制、作废、发给员工的问卷。
-- excluded_en: Not delivered, opted out, frequency-capped, voided, sent to staff.
-- source: S0《首席客户经理服务实施细则》三(四)3：「积极配合公司组织的客户满意度调研工作」
with numbered as (
  select *, row_number() over (partition by survey_id order by question nulls first) as place,
    min(answered_on) over (partition by survey_id) as first_answered_on,
    max(case when is_voided then 1 else 0 end) over (partition by survey_id) as any_voided,
    max(case when is_staff then 1 else 0 end) over (partition by survey_id) as any_staff
  from fct_surveys
), sent as (
  select n.*, s.day_no as sent_no, a.day_no as answered_no, g.value as limit_days,
    case when n.delivery = 'bounced' then 'not_delivered' when n.delivery in ('opted_out', 'capped') then n.delivery
      when n.any_voided = 1 then 'voided'
      when n.any_staff = 1 then 'staff'
      when g.value is null then 'rule_unset' end as reason
  from numbered n
  join calendar_days s on s.day = n.sent_on
  left join calendar_days a on a.day = n.first_answered_on
  left join rule_params g on g.name = 'survey_response_days' and g.valid_from <= n.sent_on and n.sent_on < g.valid_to
  where n.place = 1
)
select s.survey_id as subject_id, 'survey' as subject_kind, cast(null as varchar) as period_kind, s.sent_at as event_at,
  s.sent_on as anchor_on, coalesce(m.day, s.sent_on) as mature_on, s.sent_on as original_on, s.customer_id, s.manager_id,
  s.unassigned_reason, s.team, s.region, s.tier, s.kind, s.severity,
  s.metric as category,
  case when s.reason is null then cast(case when s.answered_no <= s.sent_no + s.limit_days then 1 else 0 end as bigint) end as num,
  case when s.reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, s.reason as excluded_reason
from sent s
left join calendar_days m on m.day_no = s.sent_no + s.limit_days
