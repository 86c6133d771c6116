-- about: one row per complaint, and rows of exposure
-- id: D1.revenue
-- of: D1
-- main: no
-- name_zh: 投诉率（每万元收入）
-- name_en: Complaints per 10,000 yuan of revenue
-- family: complaints
-- kind: exposure
-- exposure: fen
-- over_time: sum
-- unit: per_10k_yuan
-- direction: down
-- scale: 1000000
-- anchor_zh: 投诉创建日；暴露量按其所属月
-- anchor_en: day of the complaint; exposure counts in its month
-- maturity_days: 1
-- needs: cases.kind, cases.created_at, bills.amount_fen
-- formula_zh: 有效投诉件数 ÷ 账单净额（贷记冲减后，按账期）× 1 万元。投诉的责任人为创建时、账单的责任人为出账时的客户经理。
-- formula_en: Valid complaints / net billed amount (after credit notes, by account month) x 10,000 yuan. Accountable
--   is the owner at the creation of the complaint and at the issue of the bill.
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
    b.bill_id as subject_id, 'customer_month', cast(null as varchar),
    cast(b.issued_on as timestamp), p.starts_on, p.starts_on, p.starts_on,
    b.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier,
    cast(null as varchar), cast(null as varchar), cast(null as varchar),
    cast(0 as bigint), cast(b.net_fen as bigint), cast(null as bigint), cast(null as varchar),
    a.owner_no, cast(null as integer)
from fct_bills b
join dim_accounts a on a.account_no = b.account_no
join calendar_periods p on p.period_kind = 'month' and p.first_ym = b.booked_ym
where b.net_fen <> 0
