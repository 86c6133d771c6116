-- about: one row per session and person due at it; subject_id is the meeting_id
-- id: M3
-- of: M3
-- main: yes
-- name_zh: 班会出勤率
-- name_en: Meetings attended on time
-- family: capability
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 班会时间
-- anchor_en: time of the session
-- min_n: 10
-- needs: meetings.at, meetings.attended_at
-- formula_zh: 不迟于开始时间到会的班会 ÷ 当期应参加的班会。未到会计为缺席。责任人为当日在岗的本人，离职之后的不计入个人。这是纪律项，不是服务质量，权重应接近零。
-- formula_en: Sessions attended no later than their beginning / sessions due in the period. Not attended is a miss.
--   Accountable is the person, with the team of that day; after his last day nobody. An item of discipline, not of
--   service: weigh it near nought.
-- excluded_zh: 已批准的请假、非工作日、事先计划且正在进行的走访。
-- excluded_en: Approved leave, days that are not worked, and visits planned for that day that were under way.
-- details: due_at, done_at
-- source: S4《客户经理工作手册》日常行为规范8：「每天早晨7:45分,下午6:20分准时参加早、晚班会,不得无故缺席或迟到早退」
select f.meeting_id as subject_id, 'meeting' as subject_kind, cast(null as varchar) as period_kind, f.held_at as event_at,
  f.held_on as anchor_on, f.held_on as mature_on, f.held_on as original_on, cast(null as varchar) as customer_id,
  f.manager_id, f.unassigned_reason, f.team, cast(null as varchar) as region, cast(null as integer) as tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  case when f.off_reason is null then cast(case when f.attended_at <= f.held_at then 1 else 0 end as bigint) end as num,
  case when f.off_reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, f.off_reason as excluded_reason,
  f.held_at as due_at, f.attended_at as done_at
from fct_meetings f
