-- about: the visits that fct_visits lost or holds twice, as two counts (its key is checked by itself)
-- name_zh: 走访事实不丢行不重行
-- name_en: No visit is lost or doubled
-- blocking: yes
select loaded.visits as loaded_visits, made.visits as made_visits
from (select count(*) as visits from raw.visits v cross join run_info r where v.superseded_by is null and v.started_at <= r.as_of) loaded
cross join (select count(*) as visits from fct_visits) made
where loaded.visits <> made.visits
