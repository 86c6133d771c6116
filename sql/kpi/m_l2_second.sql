-- about: one row per drawn sample; subject_id is the sample_id
-- id: L2.second
-- of: L2
-- main: no
-- name_zh: 抽查复评比例
-- name_en: Samples judged by two people
-- family: quality
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 抽样日期
-- anchor_en: day of the draw
-- min_n: 10
-- needs: audit_samples.drawn_on, audit_samples.passed
-- formula_zh: 由两名不同的人评定的样本数 ÷ 已评定的样本数。责任人为当日在岗的本人，离职之后的不计入个人。
-- formula_en: Samples that two different people judged / samples judged. Accountable is the person, with the team of that day;
--   after his last day nobody.
-- excluded_zh: 与 L2 相同。
-- excluded_en: As for L2.
-- source: 本系统建议
select f.sample_id as subject_id, 'sample' as subject_kind, cast(null as varchar) as period_kind, cast(f.drawn_on as timestamp) as event_at,
  f.drawn_on as anchor_on, f.drawn_on as mature_on, f.drawn_on as original_on, cast(null as varchar) as customer_id,
  f.manager_id, f.unassigned_reason, f.team, cast(null as varchar) as region, cast(null as integer) as tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity, f.stratum as category,
  case when f.excluded_reason is null
    then cast(case when f.second_passed is not null and not f.is_same_scorer then 1 else 0 end as bigint) end as num,
  case when f.excluded_reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, f.excluded_reason
from fct_audit_samples f
