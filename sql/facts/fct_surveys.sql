-- about: one row per survey and question, answered or not. excluded_reason says why an answer does not count: voided,
--   staff, scale_unset, out_of_scale, late_answer (later than survey_valid_days after the event), superseded_answer (of
--   one contact's answers to one case the last within survey_edit_hours counts), customer_cap (of a customer's answers
--   to relationship surveys the last of the month counts, ruling 1.6). The owner is that of the resolved instant, for
--   relationship surveys of the sending; a case of another department counts for the company only
-- order: answered_on
-- key: survey_id, question
with judged as (
  select s.*, case when s.is_voided then 'voided'
      when s.is_staff then 'staff'
      when s.answered_at is null then null
      when s.score is null or s.scale_max is null then 'scale_unset'
      when s.score < s.scale_min or s.score > s.scale_max then 'out_of_scale'
      when (s.resolved_at is not null or s.sent_at is not null) and v.value is null then 'rule_unset'
      when (s.resolved_at is not null or s.sent_at is not null) and ad.day_no > ed.day_no + v.value then 'late_answer'
    end as first_reason, ad.ym as answered_ym
  from stg_surveys s
  left join calendar_days ad on ad.day = s.answered_on
  left join calendar_days ed on ed.day = cast(s.event_at as date)
  left join rule_params v on v.name = 'survey_valid_days' and v.valid_from <= cast(s.event_at as date) and cast(s.event_at as date) < v.valid_to
), answer as (
  select * from judged where answered_at is not null and first_reason is null
), of_case as (
  select a.survey_id, a.question, a.customer_id, a.case_id, a.contact_id, a.metric, a.answered_s,
    min(a.answered_s) over (partition by a.customer_id, a.case_id, a.contact_id, a.metric, a.question) as first_s,
    count(*) over (partition by a.customer_id, a.case_id, a.contact_id, a.metric, a.question) as answers,
    h.value as edit_hours
  from answer a
  left join rule_params h on h.name = 'survey_edit_hours' and h.valid_from <= a.answered_on and a.answered_on < h.valid_to
  where a.case_id is not null
), repeated as (
  select survey_id, question, case
      when answers = 1 then null
      when edit_hours is null then 'rule_unset'
      when answered_s > first_s + edit_hours * 3600 then 'superseded_answer'
      when row_number() over (partition by customer_id, case_id, contact_id, metric, question,
          case when answered_s > first_s + edit_hours * 3600 then 1 else 0 end order by answered_s desc nulls last, survey_id desc nulls last) > 1
      then 'superseded_answer' end as reason
  from of_case
), capped as (
  select survey_id, question, row_number() over (
      partition by customer_id, metric, question, answered_ym order by answered_s desc nulls last, survey_id desc nulls last) as place
  from answer
  where survey_kind = 'relationship' and customer_id is not null
)
select j.survey_id, j.question, j.subject_id, j.customer_id, j.case_id, j.contact_id, j.metric, j.survey_kind, j.sent_at, j.sent_on,
  j.delivery, j.is_voided, j.is_staff, j.answered_at, j.answered_on, j.event_at, j.scale_min, j.scale_max, j.score, j.points,
  case when 5 * j.score >= 4 * j.scale_max then 1 else 0 end as is_satisfied,
  coalesce(j.first_reason, r.reason, case when c.place > 1 then 'customer_cap' end) as excluded_reason,
  case when j.department <> m.unit_id then null else a.manager_id end as manager_id,
  case when j.department <> m.unit_id then 'other_department'
    when a.manager_id is null then coalesce(a.unassigned_reason, 'no_owner') end as unassigned_reason,
  case when j.department <> m.unit_id then null else a.team end as team,
  a.region, a.tier, j.kind, j.severity, j.category
from judged j
left join repeated r on r.survey_id = j.survey_id and coalesce(r.question, '') = coalesce(j.question, '')
left join capped c on c.survey_id = j.survey_id and coalesce(c.question, '') = coalesce(j.question, '')
left join dim_accounts a on a.customer_id = j.customer_id and a.valid_from <= cast(j.event_at as date) and cast(j.event_at as date) < a.valid_to
left join dim_managers m on m.manager_id = a.manager_id
