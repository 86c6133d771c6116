-- about: one row per drawn sample; subject_id is the sample_id; value is 2 x first verdict + second verdict (1 passed, 0
--   not)
-- id: L2.kappa
-- of: L2
-- main: no
-- name_zh: 抽查评分一致性 κ
-- name_en: Agreement of two scorers (kappa)
-- family: quality
-- kind: agreement
-- over_time: sum
-- unit: kappa
-- direction: up
-- anchor_zh: 抽样日期
-- anchor_en: day of the draw
-- min_n: 10
-- needs: audit_samples.drawn_on, audit_samples.passed, audit_samples.second_passed
-- formula_zh: 两人都评定的样本上的 Cohen κ =（一致比例 − 随机一致比例）÷（1 − 随机一致比例）。分子为一致的样本数，分母为两人都评定的样本数。责任人为当日在岗的本人，离职之后的不计入个人。
-- formula_en: Cohen's kappa over the samples that two people judged: (share of equal verdicts - share expected by chance) / (1
--   - share expected by chance). Numerator is the number of equal verdicts, denominator that of samples judged
--   twice. Accountable is the person, with the team of that day; after his last day nobody.
-- excluded_zh: 与 L2 相同；另排除没有复评、由同一人复评的样本。
-- excluded_en: As for L2; also samples that nobody judged a second time, or the first scorer did.
-- source: 本系统建议
with judged as (
  select *, coalesce(excluded_reason, case when second_passed is null then 'no_second_score' when is_same_scorer then 'same_scorer' end) as reason
  from fct_audit_samples
)
select f.sample_id as subject_id, 'sample' as subject_kind, cast(null as varchar) as period_kind, cast(f.drawn_on as timestamp) as event_at,
  f.drawn_on as anchor_on, f.drawn_on as mature_on, f.drawn_on as original_on, cast(null as varchar) as customer_id,
  f.manager_id, f.unassigned_reason, f.team, cast(null as varchar) as region, cast(null as integer) as tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity, f.stratum as category,
  case when f.reason is null then cast(case when f.passed = f.second_passed then 1 else 0 end as bigint) end as num,
  case when f.reason is null then cast(1 as bigint) end as den,
  case when f.reason is null then cast(case when f.passed then 2 else 0 end + case when f.second_passed then 1 else 0 end as bigint) end as value, f.reason as excluded_reason
from judged f
