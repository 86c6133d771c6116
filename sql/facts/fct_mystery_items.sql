-- about: one row per item of a mystery visit, with the points it got and could have got. An item that did not apply has neither; a
--   crossed red line takes all points of its visit. A visit to a unit without a manager is charged to no manager
--   (other_department)
-- order: visited_on
-- key: visit_id, item
with failed as (
  select distinct visit_id from stg_mystery_items where is_crossed
)
select s.visit_id, s.item, s.visited_on, s.shopper, s.tag, s.score, s.max_score,
  case when f.visit_id is not null then 0 else s.points end as points, s.max_points,
  case when not s.is_applicable then 'not_applicable'
    when s.score is null or s.max_score is null or s.max_score <= 0 then 'scale_unset'
    when s.score < 0 or s.score > s.max_score then 'out_of_scale' end as excluded_reason,
  case when coalesce(p.is_gone, k.is_kept) then null else s.manager_id end as manager_id,
  case when s.manager_id is null and s.unit_id is not null then 'other_department'
    when s.manager_id is null then 'no_owner' when p.is_gone then 'leaver'
    when p.manager_id is null and k.is_kept then 'not_manager' end as unassigned_reason,
  p.team
from stg_mystery_items s
left join failed f on f.visit_id = s.visit_id
left join dim_posts p on p.manager_id = s.manager_id and p.valid_from <= s.visited_on and s.visited_on < p.valid_to
cross join stg_roster k
