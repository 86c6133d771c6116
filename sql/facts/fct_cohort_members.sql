-- about: one row per month, quarter, half year or year that has ended and customer active on its first day: the list frozen at the
--   period's start (拍照), with the account it had then. is_retained: active on the day the period is closed, a customer
--   merged by then when its survivor is. lost_on is the day the loss was decided. is_shared: more than one account
--   answers for it (fct_cohort_shares). excluded_reason: moved_out, split, unassigned_at_start, rule_unset. base_fen and
--   now_fen: its own recurring revenue in the windows of fct_cohort_periods, where they can be compared
-- order: period_kind, starts_on
with month as (
  select first_ym as ym, row_number() over (order by first_ym nulls last) as month_no from calendar_periods where period_kind = 'month'
), loaded as (
  select min(m.month_no) as first_no, max(m.month_no) as last_no from fct_revenue_months v join month m on m.ym = v.ym
), payer as ( -- numbers are joined faster than names
  select customer_id, row_number() over (order by customer_id nulls last) as payer_no
  from (select distinct customer_id from fct_revenue_months) v
), so_far as ( -- revenue from the first loaded month to the end of each month
  select p.payer_no, m.month_no,
    cast(sum(coalesce(v.revenue_fen, 0)) over (
      partition by p.payer_no order by m.month_no nulls last rows between unbounded preceding and current row) as bigint) as fen
  from payer p
  cross join loaded d
  join month m on d.first_no <= m.month_no and m.month_no <= d.last_no
  left join fct_revenue_months v on v.customer_id = p.customer_id and v.ym = m.ym
), needed as (
  select base_no as month_no, window_months from fct_cohort_periods where revenue_reason is null
  union
  select now_no, window_months from fct_cohort_periods where revenue_reason is null
), rolled as ( -- revenue of the window that ends with each month
  select b.payer_no, b.month_no, n.window_months, b.fen - coalesce(a.fen, 0) as fen
  from so_far b
  join needed n on n.month_no = b.month_no
  left join so_far a on a.payer_no = b.payer_no and a.month_no = b.month_no - n.window_months
), held as ( -- stretches in which a customer is active under one account
  select a.customer_id, a.valid_to as active_to, coalesce(d.account_no, 0) as account_no, d.manager_id, c.payer_no, s.split_from,
    coalesce(d.valid_to, date '2199-12-31') as account_to,
    case when d.valid_from > a.valid_from then d.valid_from else a.valid_from end as from_day,
    case when d.valid_to < a.valid_to then d.valid_to else a.valid_to end as to_day
  from fct_activity a
  left join dim_accounts d on d.customer_id = a.customer_id and d.valid_from < a.valid_to and a.valid_from < d.valid_to
  left join payer c on c.customer_id = a.customer_id
  left join dim_customers s on s.customer_id = a.customer_id
), member as (
  select p.*, h.customer_id, h.account_no, h.manager_id, h.account_to, h.payer_no, h.split_from,
    case when p.ends_on < h.active_to then 1 else 0 end as is_staying
  from fct_cohort_periods p
  join held h on h.from_day <= p.starts_on and p.starts_on < h.to_day
), stopping as (
  select p.period_kind, p.starts_on, p.ends_on, a.customer_id
  from fct_cohort_periods p
  join fct_activity a on a.valid_from <= p.starts_on and p.starts_on < a.valid_to and a.valid_to <= p.ends_on
), stopped as (
  select m.period_kind, m.starts_on, m.ends_on, m.customer_id, a.lost_on, a.ended_why, row_number() over (
      partition by m.period_kind, m.starts_on, m.customer_id order by a.valid_to desc nulls last) as place
  from stopping m
  join fct_activity a on a.customer_id = m.customer_id and m.starts_on < a.valid_to and a.valid_to <= m.ends_on
), merger as (
  select customer_id, follows_id, valid_from, valid_to from stg_follows where follows_id <> customer_id
), returned as (
  select s.period_kind, s.starts_on, s.customer_id, s.lost_on, s.ended_why,
    case when still.customer_id is not null or other.customer_id is not null then 1 else 0 end as is_back
  from stopped s
  left join merger f on f.customer_id = s.customer_id and f.valid_from <= s.ends_on and s.ends_on < f.valid_to
  left join fct_activity still on still.customer_id = s.customer_id and still.valid_from <= s.ends_on and s.ends_on < still.valid_to
  left join fct_activity other on other.customer_id = f.follows_id and other.valid_from <= s.ends_on and s.ends_on < other.valid_to
  where s.place = 1
), ending as (
  select m.*, f.follows_id as survivor_id, r.lost_on, r.ended_why,
    case when m.is_staying = 1 or r.is_back = 1 then 1 else 0 end as is_retained,
    coalesce(b.fen, 0) as base_fen, coalesce(n.fen, 0) as now_fen
  from member m
  left join returned r on r.period_kind = m.period_kind and r.starts_on = m.starts_on and r.customer_id = m.customer_id
  left join merger f on f.customer_id = m.customer_id and f.valid_from < m.ends_on and m.ends_on <= f.valid_to
  left join rolled b on b.payer_no = m.payer_no and b.month_no = m.base_no and b.window_months = m.window_months
  left join rolled n on n.payer_no = m.payer_no and n.month_no = m.now_no and n.window_months = m.window_months
)
select e.period_kind, e.starts_on, e.ends_on, e.days, e.customer_id, e.account_no, e.survivor_id, e.is_retained,
  case when e.is_retained = 0 then e.lost_on end as lost_on, case when e.is_retained = 0 then e.ended_why end as ended_why,
  e.account_to < e.ends_on or e.is_retained = 0 as is_shared,
  case when e.is_unset then 'rule_unset'
    when e.is_retained = 0 and e.ended_why = 'moved_out' then 'moved_out'
    when e.split_from is not null then 'split'
    when e.manager_id is null then 'unassigned_at_start' end as excluded_reason,
  e.base_fen, e.now_fen
from ending e
