-- about: one row per visit with its verdict: invalid_reason (NULL: valid) and whether it counts for the customer's
--   duty (F1); a visit by someone who does not act for the owner counts for nobody's duty (edge 29), and of visits
--   within visit_min_gap_days only the first counts. lasted_s is its length in seconds; records_kept and endings_kept
--   tell whether the feed knows recording times and ends at all. account_no is the customer's account that day
-- key: visit_id
select v.visit_id, v.customer_id, v.duty_customer_id, v.visitor_id, v.started_at, v.started_on, v.mode, v.contact_role,
  v.recorded_at, v.recorded_on, v.records_kept, v.lasted_s, v.endings_kept, v.invalid_reason,
  v.acts, c.visit_id is not null as counts,
  coalesce(a.account_no, 0) as account_no
from stg_visits v
left join stg_visits_counted c on c.visit_id = v.visit_id
left join dim_accounts a on a.customer_id = v.customer_id and a.valid_from <= v.started_on and v.started_on < a.valid_to
