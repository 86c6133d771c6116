-- about: one row per answer to an effort question (surveys.metric ces), under the survey's key (survey_id, with "/question" where
--   the question is given)
-- id: A4
-- of: A4
-- main: yes
-- name_zh: 客户费力度
-- name_en: Customer effort score (CES)
-- family: satisfaction
-- kind: mean
-- over_time: sum
-- unit: points
-- bounds: 1, 7
-- direction: up
-- anchor_zh: 答复时间
-- anchor_en: time of the answer
-- min_n: 10
-- needs: surveys.answered_at, surveys.score, surveys.metric
-- formula_zh: “这家公司让我的事情办得容易”1-7 分同意程度的平均值，7 分最容易；反向量表先翻转。另有 5-7 分占比（A4.easy）。
-- formula_en: Mean of the agreement, from 1 to 7, with "the company made it easy"; 7 is easiest, reversed scales are mirrored
--   first. The share of 5-7 is A4.easy.
-- excluded_zh: 与 A1 相同；另排除不是 1-7 分的量表和非整数得分。
-- excluded_en: As for A1; also scales other than 1 to 7 and scores that are not whole.
-- details: score, scale_max
-- source: 本系统建议
with judged as (
  select *, case when excluded_reason is not null then excluded_reason
      when scale_min <> 1 or scale_max <> 7 or score <> cast(score as bigint) then 'scale_unsupported' end as reason
  from fct_surveys
  where metric = 'ces' and answered_on is not null
)
select subject_id, 'survey' as subject_kind, cast(null as varchar) as period_kind, event_at, answered_on as anchor_on,
  answered_on as mature_on, answered_on as original_on, customer_id, manager_id, unassigned_reason, team, region, tier,
  kind, severity, category,
  case when reason is null then cast(score as bigint) end as num,
  case when reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, reason as excluded_reason, score, scale_max
from judged
