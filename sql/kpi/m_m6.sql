-- about: one row per key customer, month and owner, team, region and tier that held in it; subject_id is
--   customer_id/YYYYMM
-- id: M6
-- of: M6
-- main: yes
-- name_zh: 持证上岗率
-- name_en: Key customers held by certified managers
-- family: capability
-- kind: sums
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 天数按其所属月
-- anchor_en: days count in their month
-- needs: managers.certified_until, customers.customer_id, assignments.manager_id
-- formula_zh: 责任人当日持有有效认证的客户天数 ÷ 重要客户在网的客户天数。没有责任人的天数计入公司的分母。没有载入重要客户认定时，全部客户视为重要客户。
-- formula_en: Days of key customers on which their owner's certificate was valid / days on which key customers were active.
--   Days without an owner are in the company's denominator. Where no designation of key accounts was loaded, every
--   customer is key.
-- excluded_zh: 没有任何客户经理登记认证有效期时的全部天数。
-- excluded_en: All days where no manager of the feed has a certificate.
-- parts: days
-- source: S0《首席客户经理服务实施细则》二(二)1：「并通过公司组织的专项认证」
with judged as (
  select *, case when not is_kept then 'not_recorded' end as excluded_reason from fct_certified_days
)
select f.customer_id || '/' || cast(f.ym as varchar) as subject_id, 'customer_month' as subject_kind, cast(null as varchar) as period_kind, cast(f.starts_on as timestamp) as event_at,
  f.starts_on as anchor_on, f.starts_on as mature_on, f.starts_on as original_on, f.customer_id,
  o.manager_id, o.unassigned_reason, o.team, o.region, o.tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  case when f.excluded_reason is null then f.certified_days end as num,
  case when f.excluded_reason is null then f.days end as den,
  cast(null as bigint) as value, f.excluded_reason
from judged f
join dim_owners o on o.owner_no = f.owner_no
