-- about: one row per case
-- id: W2
-- of: W2
-- main: yes
-- name_zh: 合并、重复、无效工单占比
-- name_en: Cases merged, duplicate or invalid
-- family: watch
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: down
-- anchor_zh: 创建日
-- anchor_en: day of the creation
-- min_n: 20
-- charged_to: nobody
-- needs: cases.created_at
-- formula_zh: 当期创建的工单中被合并、判为重复或无效的占比；按当前状态计。责任人为创建时的客户经理。仅供复核，不计分：异常的数值只说明值得看，不说明有错。
-- formula_en: Cases merged, marked as duplicates or invalid, as of now / cases created in the period. Accountable is the owner
--   at the creation. For review, never for points: an unusual value says where to look, not that anything is wrong.
-- excluded_zh: 测试、客户经理自行发起的工单。
-- excluded_en: Test and manager-initiated cases.
-- source: 本系统建议
with judged as (
    select f.*, case when f.excluded_reason in ('test', 'manager_initiated') then f.excluded_reason end as reason
    from fct_cases f
    where f.subject_no = 1
)
select
    f.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    f.created_at as event_at,
    cast(f.created_at as date) as anchor_on,
    cast(f.created_at as date) as mature_on,
    cast(f.created_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, k.kind, k.severity, k.category,
    case when f.reason is null then cast(case when f.excluded_reason is not null then 1 else 0 end as bigint) end as num,
    case when f.reason is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    f.reason as excluded_reason,
    a.owner_no, f.class_no
from judged f
join dim_accounts a on a.account_no = f.account_no
join dim_classes k on k.class_no = f.class_no
