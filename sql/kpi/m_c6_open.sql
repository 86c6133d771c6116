-- about: one row per month that has ended and case open at its end (24:00 of the last day), under the subject of the case;
--   the category is the band of days that it had been open
-- id: C6.open
-- of: C6
-- main: no
-- name_zh: 积压工单数
-- name_en: Open cases
-- family: resolution
-- kind: stock
-- over_time: last
-- unit: count
-- direction: down
-- anchor_zh: 周期最后一天
-- anchor_en: last day of the period
-- needs: cases.created_at, cases.resolved_at
-- formula_zh: 期末 24 时仍未解决的工单数，不论是否到期。类别为已开时长：0-3、4-7、8-15、16-30、31 天以上。责任人为期末当日的客户经理。
-- formula_en: Cases not resolved at 24:00 of the last day, due or not. The category is how long they had been open: 0-3,
--   4-7, 8-15, 16-30, 31 days and more. Accountable is the owner on the last day.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单不在积压之内。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases are no backlog.
-- details: due_at, open_days
-- source: 本系统建议
select
    b.subject_id, 'case' as subject_kind, 'month' as period_kind, cast(b.last_on as timestamp) as event_at,
    b.last_on as anchor_on, b.last_on as mature_on, cast(b.created_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, b.kind, b.severity, b.age_band as category,
    cast(1 as bigint) as num,
    cast(1 as bigint) as den,
    cast(null as bigint) as value,
    cast(null as varchar) as excluded_reason,
    b.due_at, cast(b.open_days as bigint) as open_days
from fct_backlog b
join dim_accounts a on a.account_no = b.account_no
