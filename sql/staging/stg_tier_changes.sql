-- about: One row per approved tier that is another than the customer's tier before it, from the day it counts (stg_tiers), with
--   when the customer was told. A first tier and a tier confirmed are no changes.
with moved as (
    select *, lag(tier) over (partition by customer_id order by valid_from) as before
    from stg_tiers
)
select m.customer_id, m.effective_from, m.valid_from, m.before, m.tier,
    case when h.notified_at <= r.as_of then h.notified_at end as notified_at
from moved m
cross join run_info r
left join raw.tier_history h on h.superseded_by is null and h.customer_id = m.customer_id and h.effective_from = m.effective_from
where m.before is not null and m.before <> m.tier and m.valid_from <= r.as_of_on
