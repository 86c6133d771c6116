-- about: one row per print of call details that nobody registered, by the run's business instant: a suspicion, to be heard
--   before anything is confirmed (L4)
select p.print_id, p.printed_at, p."by" as printed_by, p.customer_id, p.purpose
from raw.detail_prints p
cross join run_info r
where p.superseded_by is null and p.printed_at <= r.as_of and (p.registered_at is null or p.registered_at > r.as_of)
