-- about: surveys that fct_surveys lost or holds twice
-- name_zh: 调查事实不丢行不重行
-- name_en: No survey is lost or doubled
-- blocking: yes
select survey_id, question from (
  select survey_id, question, 1 as in_raw, 0 as in_fact from raw.surveys where superseded_by is null
  union all
  select survey_id, question, 0, 1 from fct_surveys
) s
group by survey_id, question
having sum(in_raw) <> 1 or sum(in_fact) <> 1
