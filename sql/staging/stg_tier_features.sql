-- about: one row per quarter and customer with what it uses when the quarter ends: how many products, and how many service
--   levels of them are contracted
select m.quarter, m.customer_id, count(distinct s.product) as products, count(distinct s.sla_class) as sla_classes
from stg_tier_members m
join stg_services s on s.customer_id = m.member_id and s.started_on < m.ends_on and m.ends_on <= s.stops_on
where s.product is not null
group by m.quarter, m.customer_id
