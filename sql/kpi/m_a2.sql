-- about: one row per answer to a satisfaction or index question
-- id: A2
-- of: A2
-- main: yes
-- name_zh: 满意度指数
-- name_en: Satisfaction index
-- family: satisfaction
-- kind: mean
-- parts: index_points
-- over_time: sum
-- unit: index
-- direction: up
-- scale: 100
-- anchor_zh: 答复时间
-- anchor_en: time of the answer
-- min_n: 10
-- needs: surveys.answered_at, surveys.score, surveys.scale_max
-- formula_zh: 100 ×（得分 − 量表最低分）÷（最高分 − 最低分）的平均值；反向量表先翻转。
-- formula_en: Mean of 100 × (score - scale minimum) / (maximum - minimum); reversed scales are mirrored first.
-- excluded_zh: 与 A1 相同；另排除宽度不能整除 12600 的量表。
-- excluded_en: As for A1; also scales whose width does not divide 12600.
-- details: score, scale_max
-- source: 本系统建议；S2《客戶服務分級管理辦法》考核指標：「客戶滿意度:通過問卷調查、電話回訪等方式收集客戶的滿意度評價,作為考核服務人員工作績效的重要指標」
with judged as (
  select *, case when excluded_reason is not null then excluded_reason when points is null then 'scale_unsupported' end as reason
  from fct_surveys
  where metric in ('csat', 'index') and answered_on is not null
)
select subject_id, 'survey' as subject_kind, cast(null as varchar) as period_kind, event_at, answered_on as anchor_on,
  answered_on as mature_on, answered_on as original_on, customer_id, manager_id, unassigned_reason, team, region, tier,
  kind, severity, category,
  case when reason is null then points end as num,
  case when reason is null then cast(12600 as bigint) end as den,
  cast(null as bigint) as value, reason as excluded_reason, score, scale_max
from judged
