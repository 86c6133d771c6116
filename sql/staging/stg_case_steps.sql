-- about: One row per case with the steps and findings that only some kinds of case have, as reported. What happened after the
--   business instant has not happened yet. A cause that is nobody's fault here is a code of its own; minutes are taken
--   off a fault only with the name of who approved it.
select
    c.case_id,
    c.kind,
    c.manager_id as handler_id,
    c.first_receiver_id,
    c.survey_id,
    c.resolution,
    coalesce(c.regulator, false) as regulator,
    case when c.confirmed_at <= r.as_of then c.confirmed_at end as confirmed_at,
    case when c.plan_submitted_at <= r.as_of then c.plan_submitted_at end as plan_submitted_at,
    case when c.plan_reviewed_at <= r.as_of then c.plan_reviewed_at end as plan_reviewed_at,
    case when c.plan_accepted_at <= r.as_of then c.plan_accepted_at end as plan_accepted_at,
    case when c.closed_at <= r.as_of then c.closed_at end as closed_at,
    case when c.callback_at <= r.as_of then c.callback_at end as callback_at,
    case when c.callback_at <= r.as_of then c.callback_result end as callback_result,
    nullif(trim(c.cause), '') is not null as has_cause,
    nullif(trim(c.action), '') is not null as has_action,
    case lower(trim(c.cause))
        when '客户设备' then 'customer_equipment' when 'customer_equipment' then 'customer_equipment'
        when '不可抗力' then 'force_majeure' when 'force_majeure' then 'force_majeure'
        when '计划割接' then 'planned_cutover' when 'planned_cutover' then 'planned_cutover'
    end as excused_by,
    c.circuit_id,
    case when c.alarm_at <= r.as_of then c.alarm_at end as alarm_at,
    case when c.reported_at <= r.as_of then c.reported_at end as reported_at,
    case when c.restored_at <= r.as_of then c.restored_at end as restored_at,
    case when c.excluded_by is not null then greatest(coalesce(c.excluded_minutes, 0), 0) else 0 end * 60 as excused_s,
    c.area,
    coalesce(c.major, false) as is_major,
    case when c.review_filed_at <= r.as_of then c.review_filed_at end as review_filed_at,
    case when c.review_told_at <= r.as_of then c.review_told_at end as review_told_at
from raw.cases c
cross join run_info r
where c.superseded_by is null
