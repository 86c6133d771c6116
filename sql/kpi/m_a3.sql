-- about: one row per answer to the recommendation question of a relationship survey
-- id: A3
-- of: A3
-- main: yes
-- name_zh: 净推荐值
-- name_en: Net promoter score (NPS)
-- family: satisfaction
-- kind: mean
-- over_time: sum
-- unit: points
-- direction: up
-- scale: 100
-- anchor_zh: 答复时间
-- anchor_en: time of the answer
-- min_n: 30
-- needs: surveys.answered_at, surveys.score, surveys.metric, surveys.kind
-- formula_zh: 100 ×（推荐者 9-10 分占比 − 贬损者 0-6 分占比）；被动者 7-8 分只计入分母。
-- formula_en: 100 × (share of promoters, 9-10, minus share of detractors, 0-6); passives, 7-8, only in the denominator.
-- excluded_zh: 与 A1 相同；另排除事后调查、非 10 分量表、同一联系人半年内第一次之后的答复。
-- excluded_en: As for A1; also transaction surveys, scales that do not end at 10, and answers of a contact after the
--   first that counts in the half-year.
-- details: score, scale_max
-- source: 本系统建议；S3《项目客户服务管理操作规范及细则》客户服务管理目标：「使客户愿意继续与公司合作,并为公司推荐新客户」
with judged as (
  select s.*, d.yh, case when s.excluded_reason is not null then s.excluded_reason
      when s.survey_kind <> 'relationship' then 'transaction'
      when s.scale_max <> 10 or s.scale_min not in (0, 1) then 'scale_unsupported' end as reason
  from fct_surveys s
  left join calendar_days d on d.day = s.answered_on
  where s.metric = 'nps' and s.answered_on is not null
), first_of_contact as (
  select survey_id, question, row_number() over (partition by customer_id, contact_id, yh order by answered_at nulls last, survey_id nulls last, question nulls last) as place
  from judged
  where reason is null and contact_id is not null
), capped as (
  select j.*, case when j.reason is not null then j.reason when f.place > 1 then 'contact_cap' end as final_reason
  from judged j
  left join first_of_contact f on f.survey_id = j.survey_id and coalesce(f.question, '') = coalesce(j.question, '')
)
select subject_id, 'survey' as subject_kind, cast(null as varchar) as period_kind, event_at, answered_on as anchor_on,
  answered_on as mature_on, answered_on as original_on, customer_id, manager_id, unassigned_reason, team, region, tier,
  kind, severity, category,
  case when final_reason is null then cast(case when score >= 9 then 1 when score <= 6 then -1 else 0 end as bigint) end as num,
  case when final_reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, final_reason as excluded_reason, score, scale_max
from capped
