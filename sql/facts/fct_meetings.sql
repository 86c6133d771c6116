-- about: one row per session and person due at it, with why he need not have come (off_reason)
-- order: held_on
-- key: meeting_id
select s.meeting_id, s.held_at, s.held_on, s.attended_at,
  case when s.off_leave then 'on_leave' when s.off_holiday then 'holiday' when s.off_visit then 'on_visit' end as off_reason,
  case when coalesce(p.is_gone, k.is_kept) then null else s.manager_id end as manager_id,
  case when s.manager_id is null then 'no_owner' when p.is_gone then 'leaver'
    when p.manager_id is null and k.is_kept then 'not_manager' end as unassigned_reason, p.team
from stg_meetings s
left join dim_posts p on p.manager_id = s.manager_id and p.valid_from <= s.held_on and s.held_on < p.valid_to
cross join stg_roster k
