-- about: one row per session that somebody was due at and that had begun by the run's business instant, with why he need not
--   have come: off_leave (entered with the session, or an approved leave of that day), off_visit (a visit planned for
--   that day was under way), off_holiday (not a working day)
with session as (
  select m.meeting_id, m.manager_id, m."at" as held_at, cast(m."at" as date) as held_on, coalesce(m.leave, false) as leave,
    case when m.attended_at <= r.as_of then m.attended_at end as attended_at
  from raw.meetings m
  cross join run_info r
  where m.superseded_by is null and m."at" <= r.as_of
)
select s.meeting_id, s.manager_id, s.held_at, s.held_on, s.attended_at,
  s.leave or exists (select 1 from stg_leaves l
    where l.manager_id = s.manager_id and l.from_on <= s.held_on and s.held_on < l.to_on) as off_leave,
  exists (select 1 from raw.visits v
    where v.superseded_by is null and v.manager_id = s.manager_id and v.planned_on = s.held_on
      and v.started_at <= s.held_at and s.held_at < v.ended_at) as off_visit,
  not d.is_workday as off_holiday
from session s
join calendar_days d on d.day = s.held_on
