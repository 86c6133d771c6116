-- about: customers active on the last day of a rated quarter, merged into none by then, that are not rated in it
-- name_zh: 每季在网客户均有分级指标
-- name_en: Every customer active at a quarter's end has indicators of tiering
-- blocking: yes
select m.quarter, m.customer_id
from stg_tier_members m
join fct_activity a on a.customer_id = m.customer_id and a.valid_from <= m.last_on and m.last_on < a.valid_to
left join fct_tier_indicators i on i.quarter = m.quarter and i.customer_id = m.customer_id
where m.member_id = m.customer_id and i.customer_id is null
