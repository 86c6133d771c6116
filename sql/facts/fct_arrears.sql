-- about: one row per month, quarter, half year or year that has ended and invoice overdue when it began: opening_fen is what
--   was open then, recovered_fen the cash of the period on it, less what was reversed in it, at most opening_fen; cash after
--   a write-off is none. Accountable is the owner on the first day, or for transfer_protection_days after a hand-over the
--   previous one. excluded_reason: project, in_dispute (when the period began)
-- materialized: view
with period as (
  select p.period_kind, p.starts_on, p.ends_on, cast(p.starts_on - interval '1' day as date) as before_on
  from calendar_periods p
  cross join run_info r
  where p.period_kind in ('month', 'quarter', 'half', 'year') and p.ends_on <= r.as_of_on
), opening as (
  select p.period_kind, p.starts_on, p.ends_on, s.bill_id, s.customer_id, s.due_on, s.open_fen,
    case when s.project then 'project'
      when s.disputed_from <= p.before_on and p.before_on < s.disputed_to then 'in_dispute' end as excluded_reason
  from period p
  join fct_receivables s on s.from_on <= p.before_on and p.before_on < s.to_on and s.due_on < p.starts_on
), recovered as (
  select o.period_kind, o.starts_on, o.bill_id, sum(c.fen) as fen
  from opening o
  join fct_cash c on c.bill_id = o.bill_id and o.starts_on <= c.moved_on and c.moved_on < o.ends_on and not c.after_writeoff
  group by o.period_kind, o.starts_on, o.bill_id
)
select o.period_kind, o.starts_on, o.ends_on, o.bill_id, o.customer_id, o.due_on, o.open_fen as opening_fen,
  cast(case when coalesce(v.fen, 0) < o.open_fen then coalesce(v.fen, 0) else o.open_fen end as bigint) as recovered_fen, o.excluded_reason,
  case when h.customer_id is null then a.manager_id when h.left_on < o.starts_on then null else h.manager_id end as manager_id,
  case when h.customer_id is not null then case when h.manager_id is null or h.left_on < o.starts_on then 'leaver' end
    when a.manager_id is null then coalesce(a.unassigned_reason, 'no_owner') end as unassigned_reason,
  case when h.customer_id is null then a.team when h.left_on < o.starts_on then null else h.team end as team,
  a.region, a.tier
from opening o
left join recovered v on v.period_kind = o.period_kind and v.starts_on = o.starts_on and v.bill_id = o.bill_id
left join dim_accounts a on a.customer_id = o.customer_id and a.valid_from <= o.starts_on and o.starts_on < a.valid_to
left join fct_hand_overs h on h.customer_id = o.customer_id and h.from_on <= o.starts_on and o.starts_on <= h.until_on
