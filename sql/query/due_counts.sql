-- about: how much is still to be done by when, by measure or by who has to do it: what is overdue, and what falls due on the
--   day of the snapshot, within 7 days and within 14 days of it, that day included. A thing with two limits counts once for
--   a person, under the stricter one that is still open, and where one has lapsed once as overdue; and once for each measure
with mine as (
  select *,
    row_number() over (partition by block, subject_kind, subject_id, customer_id, state
      order by due_at, case when main then 0 else 1 end, kpi) as place
  from obligations_pending
  where {{.Where}}
)
select coalesce({{.By}}, '') as member, count(*) filter (where state = 'overdue'),
  count(*) filter (where state = 'open' and due_on = {{.Today}}),
  count(*) filter (where state = 'open' and due_on < cast({{.Today}} as date) + 7),
  count(*) filter (where state = 'open' and due_on < cast({{.Today}} as date) + 14),
  count(*) filter (where state = 'open'),
  count(*) filter (where state = 'waived')
from mine
where {{.Which}}
group by 1
order by 1
