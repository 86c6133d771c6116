-- about: one row per complaint that reached the regulator, under the subject of the case, with no users; and one per
--   customer active on the first day of a quarter, under customer_id, with his users and no complaint
-- id: D6
-- of: D6
-- main: yes
-- name_zh: 越级申诉率（每百万用户）
-- name_en: Complaints to the regulator per million users
-- family: complaints
-- kind: exposure
-- exposure: users
-- over_time: own
-- unit: per_million_users
-- direction: down
-- scale: 1000000
-- anchor_zh: 申诉创建日所在季度
-- anchor_en: quarter of the complaint
-- periods: quarter
-- needs: cases.regulator, cases.created_at, customers.users
-- formula_zh: 向监管部门申诉的投诉件数 ÷ 季初在网客户的用户数 × 1,000,000。只按公司计算：单个客户经理的数量太少。
-- formula_en: Complaints that customers took to the regulator / users of the customers active on the first day of the
--   quarter x 1,000,000. For the company only: a single manager has too few.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单；24 小时内由第二人改派为非投诉的咨询。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases; enquiries that a second person recoded within
--   24 hours.
-- source: 本系统建议
select
    f.subject_id, f.subject_kind, 'quarter' as period_kind, f.event_at,
    f.starts_on as anchor_on, f.ends_on as mature_on, cast(f.event_at as date) as original_on,
    a.customer_id, cast(null as varchar) as manager_id, 'company_only' as unassigned_reason, cast(null as varchar) as team, a.region, a.tier,
    f.kind, f.severity, f.category,
    case when f.excluded_reason is null then f.complaints end as num,
    case when f.excluded_reason is null then f.users end as den,
    cast(null as bigint) as value,
    f.excluded_reason
from fct_regulator_quarters f
join dim_accounts a on a.account_no = f.account_no
