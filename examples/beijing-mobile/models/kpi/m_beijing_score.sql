-- about: one row per answer, with its score as kind, so that the ten counts of a question are one query away
-- id: Beijing.score
-- of: Beijing
-- main: yes
-- name_zh: 平均得分
-- name_en: Mean score
-- family: satisfaction
-- kind: mean
-- over_time: sum
-- unit: index
-- direction: up
-- anchor_zh: 答复时间
-- anchor_en: time of the answer
-- min_n: 10
-- needs: surveys.score
-- formula_zh: 1-10 分得分的平均值；类型为得分，类别为题目。
-- formula_en: Mean of the scores from 1 to 10; kind is the score, category the question.
-- source: 本系统建议
select subject_id, 'survey' as subject_kind, cast(null as varchar) as period_kind, event_at, answered_on as anchor_on,
  answered_on as mature_on, answered_on as original_on, customer_id, manager_id, unassigned_reason, team, region, tier,
  cast(cast(score as integer) as varchar) as kind, severity, category,
  case when excluded_reason is null then cast(score as bigint) end as num,
  case when excluded_reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, excluded_reason
from fct_surveys
where answered_on is not null
