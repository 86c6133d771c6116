-- about: one row per fault whose statutory hours are over, and per fault that counts nowhere; under the subject of the case
-- id: E1.statutory
-- of: E1
-- main: no
-- name_zh: 故障修复法定时限率
-- name_en: Faults repaired within the statutory hours
-- family: faults
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 法定时限届满之日
-- anchor_en: day on which the statutory hours ended
-- min_n: 10
-- adjust: tier, kind, severity
-- needs: cases.kind, cases.restored_at, cases.area
-- formula_zh: 从申告或告警到恢复业务不超过法定小时数（城镇 48 小时、农村 72 小时，自然时间）的故障 ÷ 法定时限在当期届满的故障。只扣除有批准人的剔除分钟。责任人为时限届满与恢复两者中较早之时的客户经理。
-- formula_en: Faults repaired within the statutory hours (48 in towns, 72 in the country, around the clock) from the
--   report or alarm / faults whose statutory hours ended in the period. Only excluded minutes that somebody approved are
--   taken off. Accountable is the owner at the earlier of deadline and restoration.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单；原因为客户设备、不可抗力、计划割接的故障；没有地域；小时数未配置。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases; faults caused by the equipment of the
--   customer, by force majeure or by a planned cutover; without an area; without a configured number of hours.
-- deadline: due_at, done_at
-- details: due_at, done_at, took_calendar_s
-- source: 本系统建议
with judged as (
    select f.*, case when f.restored_at is not null then greatest(0, f.restored_s - f.started_s - f.excused_s) end as took_s,
        case when f.excluded_reason is not null then f.excluded_reason
            when f.area is null then 'no_area'
            when f.statutory_s is null then 'rule_unset' end as reason
    from fct_faults f
)
select
    f.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    cast(f.statutory_on as timestamp) as event_at,
    case when f.reason is null then cast(f.statutory_due_at as date) else f.started_on end as anchor_on,
    case when f.reason is null then cast(f.statutory_due_at as date) else f.started_on end as mature_on,
    f.started_on as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, k.kind, k.severity, k.category,
    case when f.reason is null then cast(case when f.took_s <= f.statutory_s then 1 else 0 end as bigint) end as num,
    case when f.reason is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    f.reason as excluded_reason,
    f.statutory_due_at as due_at, f.restored_at as done_at, cast(f.took_s as bigint) as took_calendar_s,
    a.owner_no, f.class_no
from judged f
join dim_accounts a on a.account_no = f.statutory_account_no
join dim_classes k on k.class_no = f.class_no
cross join run_info r
where f.reason is not null or f.statutory_due_at <= r.as_of
