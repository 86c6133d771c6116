-- about: one row per customer at the end of the calibration window, 1997-09-30
-- id: CDNOW.repeats
-- of: CDNOW
-- main: yes
-- name_zh: 复购次数
-- name_en: Repeat purchases (x)
-- family: purchases
-- kind: mean
-- over_time: sum
-- unit: index
-- direction: up
-- anchor_zh: 观察期末
-- anchor_en: end of the calibration window
-- min_n: 10
-- needs: bills.issued_on, bills.amount_fen
-- formula_zh: 观察期内第一次之后有购买的天数。
-- formula_en: Days with a purchase after the first one, within the window.
-- source: 本系统建议；Fader & Hardie 2001
with purchase as (
  select b.customer_id, d.day_no, cast(sum(b.amount_fen) as bigint) as fen
  from fct_bills b
  join calendar_days d on d.day = b.issued_on
  where b.issued_on <= date '1997-09-30'
  group by b.customer_id, d.day_no
), customer as (
  select customer_id, min(day_no) as first_no, max(day_no) as last_no, count(*) - 1 as repeats from purchase group by customer_id
), repeated as (
  select c.customer_id, c.first_no, c.last_no, c.repeats,
    cast(coalesce(sum(case when p.day_no > c.first_no then p.fen end), 0) as bigint) as repeat_fen
  from customer c
  join purchase p on p.customer_id = c.customer_id
  group by c.customer_id, c.first_no, c.last_no, c.repeats
)
select r.customer_id as subject_id, 'customer' as subject_kind, cast(null as varchar) as period_kind,
  cast(e.day as timestamp) as event_at, e.day as anchor_on, e.day as mature_on, e.day as original_on, r.customer_id,
  a.manager_id, case when a.manager_id is null then coalesce(a.unassigned_reason, 'no_owner') end as unassigned_reason, a.team, a.region, a.tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  cast(r.repeats as bigint) as num, cast(1 as bigint) as den, cast(null as bigint) as value,
  cast(null as varchar) as excluded_reason
from repeated r
join calendar_days e on e.day = date '1997-09-30'
left join dim_accounts a on a.customer_id = r.customer_id and a.valid_from <= e.day and e.day < a.valid_to
