-- about: linked service events of the period by kind: how many were arranged, planned ahead, held, and who came
-- name_zh: 联动服务
-- name_en: Linked service
-- columns: kind event, events count, customers count, invited count, planned count, planned_rate share planned/invited, held count, attended count,
--   attended_rate share attended/held, people count
-- columns_zh: 活动类型, 活动数, 客户数, 安排客次, 事先有计划, 有计划占比, 已举办, 有人到场, 到场占比, 到场人数
-- columns_en: Kind, Events, Customers, Arranged, Planned ahead, Share planned, Held, Attended, Share attended, People
-- note_zh: 按活动时间归入。计划日期不晚于活动时间的为事先有计划；活动时间已过的为已举办。一次活动有多家客户的，活动数算一次；安排、计划、举办、到场各列按客次（活动×客户）计。
-- note_en: By the time of the event. Planned ahead: with a planning date no later than the event. Held: its time is over. An event with several
--   customers is one event; what is arranged, planned, held and attended counts each customer of it.
-- needs: service_events.at
-- order: kind
-- source: 集团客户服务规范管理手册
select e.kind, count(distinct e.event_id) as events, count(distinct e.customer_id) as customers, count(*) as invited,
  count(*) filter (where e.planned_on <= e.held_on) as planned, count(*) filter (where e.is_held) as held,
  count(*) filter (where e.is_held and e.attended > 0) as attended, coalesce(sum(e.attended) filter (where e.is_held), 0) as people
from fct_service_events e
join seen s on s.account_no = e.account_no
join asked a on a.starts_on <= e.held_on and e.held_on < a.ends_on
group by e.kind
