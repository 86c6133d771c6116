-- about: one row per month, quarter, half year or year that began with or after the first loaded account month and has ended,
--   and customer with receivables or sales in it: what was open when it began (opening_fen) and when it ended (closing_fen,
--   of it not yet due current_fen), and by how much what is asked for grew in it (sales_fen). Left out are project bills,
--   and bills in dispute when the period ends: left out of one balance only, a dispute would read as money that came in
-- materialized: view
with loaded as (
  select m.starts_on as first_on
  from (select min(booked_ym) as first_ym from fct_bills) b
  join calendar_periods m on m.period_kind = 'month' and m.first_ym = b.first_ym
), period as (
  select p.period_kind, p.starts_on, p.ends_on, cast(p.starts_on - interval '1' day as date) as before_on, cast(p.ends_on - interval '1' day as date) as last_on
  from calendar_periods p
  cross join run_info r
  cross join loaded l
  where p.period_kind in ('month', 'quarter', 'half', 'year') and l.first_on <= p.starts_on and p.ends_on <= r.as_of_on
), part as (
  select p.period_kind, p.starts_on, p.ends_on, p.last_on, s.customer_id, s.open_fen as opening_fen, 0 as sales_fen, 0 as closing_fen, 0 as current_fen
  from period p
  join fct_receivables s on s.from_on <= p.before_on and p.before_on < s.to_on
  where not s.project and not coalesce(s.disputed_from <= p.last_on and p.last_on < s.disputed_to, false)
  union all
  select p.period_kind, p.starts_on, p.ends_on, p.last_on, s.customer_id, 0, 0, s.open_fen, case when s.due_on >= p.ends_on then s.open_fen else 0 end
  from period p
  join fct_receivables s on s.from_on <= p.last_on and p.last_on < s.to_on
  where not s.project and not coalesce(s.disputed_from <= p.last_on and p.last_on < s.disputed_to, false)
  union all
  select p.period_kind, p.starts_on, p.ends_on, p.last_on, s.customer_id, 0, s.asked_fen, 0, 0
  from period p
  join fct_corrected_sales s on p.starts_on <= s.day and s.day < p.ends_on
  where not s.project and not coalesce(s.disputed_from <= p.last_on and p.last_on < s.disputed_to, false)
  union all
  select p.period_kind, p.starts_on, p.ends_on, p.last_on, i.customer_id, 0, i.amount_fen, 0, 0
  from period p
  join fct_invoices i on p.starts_on <= i.issued_on and i.issued_on < p.ends_on
  where i.corrected_fen = 0 and not i.project and not coalesce(i.disputed_from <= p.last_on and p.last_on < i.disputed_to, false)
)
select period_kind, starts_on, ends_on, last_on, customer_id, cast(sum(opening_fen) as bigint) as opening_fen,
  cast(sum(sales_fen) as bigint) as sales_fen, cast(sum(closing_fen) as bigint) as closing_fen, cast(sum(current_fen) as bigint) as current_fen
from part
group by period_kind, starts_on, ends_on, last_on, customer_id
