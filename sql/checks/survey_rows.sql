-- about: the surveys that fct_surveys lost or holds twice, as two counts (its key is checked by itself)
-- name_zh: 调查事实不丢行不重行
-- name_en: No survey is lost or doubled
-- blocking: yes
select loaded.surveys as loaded_surveys, made.surveys as made_surveys
from (select count(*) as surveys from raw.surveys where superseded_by is null) loaded
cross join (select count(*) as surveys from fct_surveys) made
where loaded.surveys <> made.surveys
