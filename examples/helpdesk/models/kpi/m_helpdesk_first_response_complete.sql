-- about: one row per complete case that was taken in charge
-- id: helpdesk.first_response_complete
-- of: helpdesk
-- main: no
-- name_zh: 首次受理时长（完整工单）
-- name_en: Time until taken in charge (complete cases)
-- family: response
-- kind: duration
-- over_time: sum
-- unit: seconds
-- direction: down
-- anchor_zh: 受理日
-- anchor_en: day taken in charge
-- min_n: 10
-- needs: case_log.at, case_log.activity
-- formula_zh: 同上，仅限以“Assign seriousness”或“Insert ticket”开始、以“Closed”结束的工单。
-- formula_en: The same over cases that begin with "Assign seriousness" or "Insert ticket" and end with "Closed".
-- source: 本系统建议
select case_id as subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    first_at as event_at, taken_on as anchor_on, taken_on as mature_on, cast(first_at as date) as original_on,
    customer_id, manager_id, unassigned_reason, team, region, tier,
    'request' as kind, cast(null as varchar) as severity, category,
    taken_s - first_s as num, cast(1 as bigint) as den, taken_s - first_s as value, cast(null as varchar) as excluded_reason
from fct_helpdesk
where taken_s is not null and complete
