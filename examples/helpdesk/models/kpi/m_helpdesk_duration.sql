-- about: one row per complete case
-- id: helpdesk.duration
-- of: helpdesk
-- main: no
-- name_zh: 工单历时（完整工单）
-- name_en: Duration of cases (complete cases)
-- family: response
-- kind: duration
-- over_time: sum
-- unit: seconds
-- direction: down
-- anchor_zh: 最后一个事件之日
-- anchor_en: day of the last event
-- min_n: 10
-- needs: case_log.at, case_log.activity
-- formula_zh: 从第一个到最后一个事件的自然时间的中位数和第 90 百分位数。
-- formula_en: Median and 90th percentile of the calendar time from the first event to the last.
-- source: 本系统建议
select case_id as subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    first_at as event_at, last_on as anchor_on, last_on as mature_on, cast(first_at as date) as original_on,
    customer_id, manager_id, unassigned_reason, team, region, tier,
    'request' as kind, cast(null as varchar) as severity, category,
    last_s - first_s as num, cast(1 as bigint) as den, last_s - first_s as value, cast(null as varchar) as excluded_reason
from fct_helpdesk
where complete
