-- about: one row per item of a mystery visit by the run's business day. Points are weight times score in ten-thousandths, so
--   that weights and scores of up to two decimals each stay exact; a weight that is not given is 1. is_crossed: a red-line
--   item that applied and was scored below its maximum
select i.visit_id, i.item, i.manager_id, i.unit_id, i.shopper, i."on" as visited_on, i.tag,
  cast(i.score as decimal(24, 4)) as score, i.max as max_score, coalesce(i.applicable, true) as is_applicable,
  cast(round(cast(coalesce(i.weight, 1) as decimal(18, 4)) * cast(i.score as decimal(18, 4)) * 10000) as bigint) as points,
  cast(round(cast(coalesce(i.weight, 1) as decimal(18, 4)) * cast(i.max as decimal(18, 4)) * 10000) as bigint) as max_points,
  coalesce(i.red_line, false) and coalesce(i.applicable, true) and i.score < i.max as is_crossed
from raw.mystery_items i
cross join run_info r
where i.superseded_by is null and i."on" <= r.as_of_on
