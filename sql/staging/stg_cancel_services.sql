-- about: one row per request to cancel and service that it is about: those of the customer that its text names (ids with
--   blanks, commas or semicolons between), or where it names none of them all that ran that day
with named as (
  select q.request_id, s.service_id
  from (
    select request_id, customer_id, unnest(regexp_split_to_array(services, '[\s,;，；、/|]+')) as service_id
    from stg_cancel_requests
    where services is not null
  ) q
  join stg_services s on s.customer_id = q.customer_id and s.service_id = q.service_id
)
select distinct q.request_id, s.service_id, s.started_on, s.stops_on, s.monthly_fen
from stg_cancel_requests q
join stg_services s on s.customer_id = q.customer_id
left join named n on n.request_id = q.request_id and n.service_id = s.service_id
left join (select distinct request_id from named) x on x.request_id = q.request_id
where n.service_id is not null or x.request_id is null and s.started_on <= q.requested_on and q.requested_on < s.stops_on
