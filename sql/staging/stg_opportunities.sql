-- about: one row per opportunity opened by the run's business day; decided_on and is_won where it was won or lost by then
select o.opportunity_id, o.customer_id, o.opened_on, o.amount_fen,
  case when o.decided_on <= r.as_of_on and o.outcome in ('won', 'lost') then o.decided_on end as decided_on,
  case when o.decided_on <= r.as_of_on and o.outcome in ('won', 'lost') then o.outcome = 'won' end as is_won
from raw.opportunities o
cross join run_info r
where o.superseded_by is null and o.opened_on <= r.as_of_on
