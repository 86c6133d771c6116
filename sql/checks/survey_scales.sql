-- about: answers that cannot be read because their scale is unknown or they lie outside of it
-- name_zh: 得分没有量表或超出量表
-- name_en: Scores without a scale or outside of it
-- blocking: no
select survey_id, question, score, scale_min, scale_max from fct_surveys where excluded_reason in ('scale_unset', 'out_of_scale')
