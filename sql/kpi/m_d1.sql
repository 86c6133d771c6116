-- about: one row per complaint, and rows of exposure
-- id: D1
-- of: D1
-- main: yes
-- name_zh: 投诉率（每百客户月）
-- name_en: Complaints per 100 customer-months
-- family: complaints
-- kind: exposure
-- exposure: days
-- over_time: sum
-- unit: per_100_months
-- direction: down
-- scale: 100
-- anchor_zh: 投诉创建日；暴露量按其所属月
-- anchor_en: day of the complaint; exposure counts in its month
-- maturity_days: 1
-- needs: cases.kind, cases.created_at, customers.customer_id
-- formula_zh: 有效投诉件数 ÷ 客户月 × 100。客户月由客户经理负责在网客户的天数折算，按各月自身天数。投诉的责任人为创建时的客户经理。投诉少不等于服务好，应与 A1 同看。
-- formula_en: Valid complaints / customer-months x 100. Customer-months are the days on which a manager owned an
--   active customer, over the length of each month. Accountable for a complaint is the owner at its creation. Few
--   complaints alone prove no good service: read with A1.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单；24 小时内由第二人改派为非投诉的咨询。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases; enquiries that a second person recoded
--   within 24 hours.
-- source: S0《首席客户经理服务实施细则》三(四)1：「首席客户经理是客户投诉处理的第一责任人」
with complaints as (
    select f.*, k.kind, k.severity, k.category,
        case when f.excluded_reason is not null then f.excluded_reason
            when f.recoded then 'recoded' end as reason
    from fct_cases f
    join dim_classes k on k.class_no = f.class_no
    where k.kind = 'complaint'
)
select
    f.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    f.created_at as event_at,
    cast(f.created_at as date) as anchor_on,
    cast(f.created_at as date) as mature_on,
    cast(f.created_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, f.kind, f.severity, f.category,
    case when f.reason is null then cast(1 as bigint) end as num,
    case when f.reason is null then cast(0 as bigint) end as den,
    cast(null as bigint) as value,
    f.reason as excluded_reason,
    a.owner_no, f.class_no
from complaints f
join dim_accounts a on a.account_no = f.account_no
union all
select
    e.customer_id as subject_id, 'customer_month', cast(null as varchar),
    cast(p.starts_on as timestamp), p.starts_on, p.starts_on, p.starts_on,
    e.customer_id, o.manager_id, o.unassigned_reason, o.team, o.region, o.tier,
    cast(null as varchar), cast(null as varchar), cast(null as varchar),
    cast(0 as bigint), cast(e.days as bigint), cast(null as bigint), cast(null as varchar),
    e.owner_no, cast(null as integer)
from fct_owner_days e
join dim_owners o on o.owner_no = e.owner_no
join calendar_periods p on p.period_kind = 'month' and p.first_ym = e.ym
