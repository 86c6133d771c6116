-- about: one row per month, customer active on its last day and required field of its file; subject_id is customer_id/field
-- id: M2
-- of: M2
-- main: yes
-- name_zh: 客户档案完整率
-- name_en: Customer files complete and fresh
-- family: capability
-- kind: ratio
-- over_time: last
-- unit: share
-- direction: up
-- anchor_zh: 期末最后一日
-- anchor_en: last day of the period
-- min_n: 10
-- needs: profile_fields.filled, profile_fields.verified_on
-- formula_zh: 期末在网客户的档案中已填写且核实未过期（建议 180 天）的必填字段 ÷ 必填字段。数据为客户列出的字段即为必填字段。责任人为期末的客户经理。
-- formula_en: Required fields of the files of customers active on the last day of the period that are filled and were verified
--   no longer ago than so many days (proposed: 180) / required fields. Required are the fields that the feed lists for
--   the customer. Accountable is the owner on that day.
-- excluded_zh: 最早一次核实晚于期末、当时状态不详的字段；核实有效期未配置。
-- excluded_en: Fields first verified after the period, whose state is not known; no number of days configured.
-- details: verified_on
-- source: S3《项目客户服务管理操作规范及细则》客户信息整理与分析1：「建立客户信息数据库,确保客户信息的完整性和准确性」
with judged as (
  select f.customer_id, f.field, f.verified_on, m.last_on,
    coalesce(f.is_filled and d.day_no - f.verified_no <= g.value, false) as is_fresh,
    case when not f.is_known then 'not_known_then' when g.value is null then 'rule_unset' end as excluded_reason
  from dim_month_ends m
  join calendar_days d on d.day = m.last_on
  left join rule_params g on g.name = 'profile_fresh_days' and g.valid_from <= m.last_on and m.last_on < g.valid_to
  join fct_profile_fields f on f.valid_from <= m.last_on and m.last_on < f.valid_to
  join fct_activity v on v.customer_id = f.customer_id and v.valid_from <= m.last_on and m.last_on < v.valid_to
)
select f.customer_id || '/' || f.field as subject_id, 'profile_field' as subject_kind, 'month' as period_kind,
  cast(f.last_on as timestamp) as event_at, f.last_on as anchor_on, f.last_on as mature_on, f.last_on as original_on,
  f.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity, f.field as category,
  case when f.excluded_reason is null then cast(case when f.is_fresh then 1 else 0 end as bigint) end as num,
  case when f.excluded_reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, f.excluded_reason,
  f.verified_on
from judged f
join dim_accounts a on a.customer_id = f.customer_id and a.valid_from <= f.last_on and f.last_on < a.valid_to
