-- about: one row per month that has ended and case open at its end (24:00 of the last day), under the subject of the case;
--   num is 1 when its deadline had passed; the category is the band of days that it had been open
-- id: C6
-- of: C6
-- main: yes
-- name_zh: 积压超期工单数
-- name_en: Open cases past their deadline
-- family: resolution
-- kind: stock
-- over_time: last
-- unit: count
-- direction: down
-- anchor_zh: 周期最后一天
-- anchor_en: last day of the period
-- needs: cases.created_at, cases.resolved_at
-- formula_zh: 期末 24 时仍未解决、且解决的到期时间已过的工单数。类别为已开时长：0-3、4-7、8-15、16-30、31 天以上。窗口内重开的工单在重开后重新算作未解决；并入其他工单的，自其中最早的创建时间起算。责任人为期末当日的客户经理。
-- formula_en: Cases not resolved at 24:00 of the last day whose resolution deadline had passed. The category is how long
--   they had been open: 0-3, 4-7, 8-15, 16-30, 31 days and more. A case reopened within the window is open again from the
--   reopen on; one that others were merged into is open from the earliest creation of them. Accountable is the owner on the last day.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单不在积压之内；时限未配置的工单。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases are no backlog; cases without a configured
--   limit.
-- details: due_at, open_days
-- source: 本系统建议
select
    b.subject_id, 'case' as subject_kind, 'month' as period_kind, cast(b.last_on as timestamp) as event_at,
    b.last_on as anchor_on, b.last_on as mature_on, cast(b.created_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, b.kind, b.severity, b.age_band as category,
    case when b.is_overdue is not null then cast(case when b.is_overdue then 1 else 0 end as bigint) end as num,
    case when b.is_overdue is not null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    case when b.is_overdue is null then 'rule_unset' end as excluded_reason,
    b.due_at, cast(b.open_days as bigint) as open_days
from fct_backlog b
join dim_accounts a on a.account_no = b.account_no
