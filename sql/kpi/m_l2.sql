-- about: one row per drawn sample; subject_id is the sample_id; category is the stratum and value its size
-- id: L2
-- of: L2
-- main: yes
-- name_zh: 过程抽查合格率
-- name_en: Process audit pass rate
-- family: quality
-- kind: stratified
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 抽样日期
-- anchor_en: day of the draw
-- min_n: 10
-- needs: audit_samples.drawn_on, audit_samples.passed, audit_samples.stratum_size
-- formula_zh: 当期抽查按层估计：Σ_h (N_h ÷ N) · p_h，层 h 为一个月内的抽样层，N_h 为其规模，p_h 为合格比例；区间含有限总体修正。分子、分母为未加权的合格数和样本数。责任人为当日在岗的本人，离职之后的不计入个人。
-- formula_en: Estimate by strata of the samples drawn in the period: sum of (N_h / N) p_h, a stratum h being one of a month,
--   N_h its size, p_h the share that passed; the interval has the finite population correction. Numerator and
--   denominator are the plain counts of passed and drawn samples. Accountable is the person, with the team of that
--   day; after his last day nobody.
-- excluded_zh: 定向（非随机）样本、尚未评定的样本、没有层或层规模的样本。
-- excluded_en: Samples drawn on purpose, not yet judged, or without a stratum and its size.
-- source: S0《首席客户经理服务实施细则》五(一)：「神秘顾客暗访、服务过程抽查」
select f.sample_id as subject_id, 'sample' as subject_kind, cast(null as varchar) as period_kind, cast(f.drawn_on as timestamp) as event_at,
  f.drawn_on as anchor_on, f.drawn_on as mature_on, f.drawn_on as original_on, cast(null as varchar) as customer_id,
  f.manager_id, f.unassigned_reason, f.team, cast(null as varchar) as region, cast(null as integer) as tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity, f.stratum as category,
  case when f.excluded_reason is null then cast(case when f.passed then 1 else 0 end as bigint) end as num,
  case when f.excluded_reason is null then cast(1 as bigint) end as den,
  case when f.excluded_reason is null then cast(f.stratum_size as bigint) end as value, f.excluded_reason
from fct_audit_samples f
