-- about: visits that fct_visits lost or holds twice
-- name_zh: 走访事实不丢行不重行
-- name_en: No visit is lost or doubled
-- blocking: yes
select visit_id from (
  select v.visit_id, 1 as in_raw, 0 as in_fact from raw.visits v cross join run_info r where v.superseded_by is null and v.started_at <= r.as_of
  union all
  select visit_id, 0, 1 from fct_visits
) v
group by visit_id
having sum(in_raw) <> 1 or sum(in_fact) <> 1
