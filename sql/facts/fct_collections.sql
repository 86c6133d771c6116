-- about: one row per invoice with the days of grace after it falls due, also of those that have not passed: due_fen is what is due (less the corrections
--   dated by then), paid_fen the cash applied by the last day of grace, at most due_fen. A payment that was reversed before
--   the month of its due day had matured is none (ruling 3.1c): by the later of close_working_day and close_calendar_days
--   after it (R12); while neither is set no month matures. The last day of
--   grace is put off to a working day where collection_grace_rolls says so. Accountable is the owner on the due day; what was not paid
--   within transfer_protection_days of a hand-over stays with the previous owner. excluded_reason: project, rule_unset,
--   in_dispute (on the last day of grace), nothing_due
-- order: due_on
-- key: bill_id
with late as (
  select f.day, f.day_no + g.value as plain_no, case when w.value > 0 then 1 else 0 end as rolls
  from calendar_days f
  join rule_params g on g.name = 'collection_grace_days' and g.valid_from <= f.day and f.day < g.valid_to
  left join rule_params w on w.name = 'collection_grace_rolls' and w.valid_from <= f.day and f.day < w.valid_to
), grace as ( -- of every day, the last day of grace of what falls due on it
  select l.day, case when l.rolls = 1 then n.day else d.day end as last_on
  from late l
  join calendar_days d on d.day_no = l.plain_no
  left join calendar_days n on n.is_workday and n.work_no = d.work_no_next
), month as (
  select p.first_ym as ym, case when w.day > c.day or c.day is null then w.day else c.day end as matured_on
  from calendar_periods p
  join calendar_days l on l.day = cast(p.ends_on - interval '1' day as date)
  left join rule_params n on n.name = 'close_working_day' and n.valid_from <= p.ends_on and p.ends_on < n.valid_to
  left join rule_params t on t.name = 'close_calendar_days' and t.valid_from <= p.ends_on and p.ends_on < t.valid_to
  left join calendar_days w on w.is_workday and w.work_no = l.work_no + n.value
  left join calendar_days c on c.day_no = l.day_no + t.value
  where p.period_kind = 'month'
), corrected as (
  select c.ref_bill as bill_id, cast(sum(c.amount_fen) as bigint) as fen
  from fct_bills c
  join fct_invoices i on i.bill_id = c.ref_bill
  where c.issued_on <= i.due_on
  group by c.ref_bill
), due as (
  select i.*, coalesce(g.last_on, i.due_on) as last_on, m.matured_on,
    case when i.amount_fen + coalesce(c.fen, 0) > 0 then i.amount_fen + coalesce(c.fen, 0) else 0 end as due_fen
  from fct_invoices i
  join calendar_days d on d.day = i.due_on
  left join grace g on g.day = i.due_on
  left join month m on m.ym = d.ym
  left join corrected c on c.bill_id = i.bill_id
), paid as (
  select d.bill_id, cast(sum(p.amount_fen) as bigint) as fen
  from due d
  join stg_cash p on p.bill_id = d.bill_id and p.paid_on <= d.last_on
  where p.reversed_on is null or p.reversed_on > d.matured_on
  group by d.bill_id
), judged as (
  select d.bill_id, d.customer_id, d.issued_on, d.due_on, d.last_on, d.due_fen,
    case when coalesce(p.fen, 0) < d.due_fen then coalesce(p.fen, 0) else d.due_fen end as paid_fen,
    case when d.project then 'project'
      when w.value is null then 'rule_unset'
      when d.disputed_from <= d.last_on and d.last_on < d.disputed_to then 'in_dispute'
      when d.due_fen = 0 then 'nothing_due' end as excluded_reason
  from due d
  left join paid p on p.bill_id = d.bill_id
  left join rule_params w on w.name = 'collection_grace_days' and w.valid_from <= d.due_on and d.due_on < w.valid_to
)
select j.bill_id, j.customer_id, j.issued_on, j.due_on, j.last_on, j.due_fen, cast(j.paid_fen as bigint) as paid_fen, j.excluded_reason,
  case when h.customer_id is null then a.manager_id when h.left_on < j.due_on then null else h.manager_id end as manager_id,
  case when h.customer_id is not null then case when h.manager_id is null or h.left_on < j.due_on then 'leaver' end
    when a.manager_id is null then coalesce(a.unassigned_reason, 'no_owner') end as unassigned_reason,
  case when h.customer_id is null then a.team when h.left_on < j.due_on then null else h.team end as team,
  a.region, a.tier
from judged j
left join dim_accounts a on a.customer_id = j.customer_id and a.valid_from <= j.due_on and j.due_on < a.valid_to
left join fct_hand_overs h on h.customer_id = case when j.paid_fen < j.due_fen then j.customer_id end and h.from_on <= j.due_on and j.due_on <= h.until_on
