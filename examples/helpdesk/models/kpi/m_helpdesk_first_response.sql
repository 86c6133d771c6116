-- about: one row per case that was taken in charge
-- id: helpdesk.first_response
-- of: helpdesk
-- main: yes
-- name_zh: 首次受理时长（全部工单）
-- name_en: Time until taken in charge (all cases)
-- family: response
-- kind: duration
-- over_time: sum
-- unit: seconds
-- direction: down
-- anchor_zh: 受理日
-- anchor_en: day taken in charge
-- min_n: 10
-- needs: case_log.at, case_log.activity
-- formula_zh: 从第一个事件到第一次“Take in charge ticket”的自然时间的中位数和第 90 百分位数。
-- formula_en: Median and 90th percentile of the calendar time from the first event to the first "Take in charge ticket".
-- source: 本系统建议
select case_id as subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    first_at as event_at, taken_on as anchor_on, taken_on as mature_on, cast(first_at as date) as original_on,
    customer_id, manager_id, unassigned_reason, team, region, tier,
    'request' as kind, cast(null as varchar) as severity, category,
    taken_s - first_s as num, cast(1 as bigint) as den, taken_s - first_s as value, cast(null as varchar) as excluded_reason
from fct_helpdesk
where taken_s is not null
