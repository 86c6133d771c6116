-- about: one row per cohort member that counts and stretch of constant owner, team, region and tier with its days in
--   the period, where more than one account answers for the member or it was lost: the exposure by which it is split
--   (the others are their one account's for the whole period). Where the customer was lost within transfer_protection_days
--   of a hand-over, the new owner's days belong to the previous owner, or to leaver when he is gone (ruling 1.18). Days
--   after the loss on which nobody owns the customer any more belong to whoever answered for it on the day of the loss
-- order: period_kind, starts_on, customer_id
with lost as (
  select distinct customer_id, lost_on from fct_cohort_members where lost_on is not null and excluded_reason is null
), owning as (
  select a.*, case when coalesce(a.manager_id, '') = coalesce(lag(a.manager_id) over w, '')
        and coalesce(a.unassigned_reason, '') = coalesce(lag(a.unassigned_reason) over w, '') then 0 else 1 end as is_new
  from dim_accounts a
  join (select distinct customer_id from lost) l on l.customer_id = a.customer_id
  window w as (partition by a.customer_id order by a.valid_from nulls last)
), numbered as (
  select o.*, sum(is_new) over (partition by customer_id order by valid_from nulls last rows between unbounded preceding and current row) as holder_no
  from owning o
), owner as (
  select customer_id, holder_no, manager_id, unassigned_reason, min(valid_from) as valid_from, max(valid_to) as valid_to
  from numbered
  group by customer_id, holder_no, manager_id, unassigned_reason
), handed as (
  select l.customer_id, l.lost_on, o.holder_no, o.valid_from, o.valid_to, max(p.holder_no) as previous_no
  from lost l
  join owner o on o.customer_id = l.customer_id and o.valid_from <= l.lost_on and l.lost_on < o.valid_to and o.manager_id is not null
  join owner p on p.customer_id = l.customer_id and p.holder_no < o.holder_no and (p.manager_id is not null or p.unassigned_reason = 'leaver')
  join calendar_days h on h.day = o.valid_from
  join calendar_days d on d.day = l.lost_on
  join rule_params g on g.name = 'transfer_protection_days' and g.valid_from <= o.valid_from and o.valid_from < g.valid_to
  where d.day_no - h.day_no <= g.value
  group by l.customer_id, l.lost_on, o.holder_no, o.valid_from, o.valid_to
), protected as (
  select h.customer_id, h.lost_on, h.valid_from, h.valid_to,
    case when m.left_on < h.lost_on then null else p.manager_id end as manager_id,
    case when p.manager_id is null or m.left_on < h.lost_on then null else p.team end as team,
    row_number() over (partition by h.customer_id, h.lost_on order by p.valid_from desc nulls last) as place
  from handed h
  join numbered p on p.customer_id = h.customer_id and p.holder_no = h.previous_no
  left join dim_managers m on m.manager_id = p.manager_id
), stretch as (
  select m.period_kind, m.starts_on, m.ends_on, m.customer_id, m.is_retained, m.lost_on,
    case when a.valid_from > m.starts_on then a.valid_from else m.starts_on end as from_day,
    case when a.valid_to < m.ends_on then a.valid_to else m.ends_on end as to_day,
    case when a.manager_id is null and coalesce(a.unassigned_reason, 'no_owner') = 'no_owner' and m.lost_on < a.valid_from
      then m.lost_on when a.valid_from > m.starts_on then a.valid_from else m.starts_on end as answered_on,
    a.region, a.tier
  from fct_cohort_members m
  join dim_accounts a on a.customer_id = m.customer_id and a.valid_from < m.ends_on and m.starts_on < a.valid_to
  where m.excluded_reason is null and m.is_shared
)
select s.period_kind, s.starts_on, s.ends_on, s.customer_id, s.is_retained,
  t.day_no - f.day_no as days,
  case when p.customer_id is not null then p.manager_id else w.manager_id end as manager_id,
  case when p.customer_id is not null then case when p.manager_id is null then 'leaver' end
    when w.manager_id is null then coalesce(w.unassigned_reason, 'no_owner') end as unassigned_reason,
  case when p.customer_id is not null then p.team else w.team end as team,
  s.region, s.tier
from stretch s
join calendar_days f on f.day = s.from_day
join calendar_days t on t.day = s.to_day
join dim_accounts w on w.customer_id = s.customer_id and w.valid_from <= s.answered_on and s.answered_on < w.valid_to
left join protected p on p.place = 1 and p.customer_id = s.customer_id and p.lost_on = s.lost_on
  and p.valid_from <= s.answered_on and s.answered_on < p.valid_to
