-- about: one row per planned contact (a row of the feed duties other than a visit) whose window has ended; subject_id is
--   the duty
-- id: F5
-- of: F5
-- main: yes
-- name_zh: 回访与触达计划完成率
-- name_en: Planned contacts made
-- family: visits
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 计划窗口的最后一天
-- anchor_en: last day of the planned window
-- min_n: 10
-- needs: duties.window_end, duties.done_at
-- formula_zh: 在窗口内完成的计划 ÷ 窗口在当期结束的计划（回访、关怀、座谈、触达；走访见 F1）。以窗口开始时的计划为准：之后补的不计入，删除的仍计入，经批准的除外。责任人为窗口内负责天数最长的归属人，相等时为后任；窗口结束前已离职的不计入个人。
-- formula_en: Plans done within their window / plans whose window ended in the period (call-backs, care, forums, touches; visits
--   are F1). The plan is that of the window's start: later ones do not count, deleted ones still do unless that was
--   approved. Accountable is the owner of the longest part of the window, the later one where two are equal; nobody where
--   he left before it ended.
-- excluded_zh: 经批准豁免或取消的计划；窗口开始之后才制定的计划。
-- excluded_en: Plans waived or cancelled with an approver; plans made after their window began.
-- deadline: window_to_on, done_at
-- details: window_from_on, window_to_on, done_at
-- source: S1《集团客户服务规范管理手册》第三节：「制订大客户回访计划」
select p.duty_id as subject_id, 'duty' as subject_kind, cast(null as varchar) as period_kind,
  cast(p.window_start as timestamp) as event_at, p.window_end as anchor_on, p.window_end as mature_on,
  p.window_end as original_on, p.customer_id, p.manager_id, p.unassigned_reason, p.team, p.region, p.tier, p.kind,
  cast(null as varchar) as severity, cast(null as varchar) as category,
  case when p.excluded_reason is null then cast(case when p.is_met then 1 else 0 end as bigint) end as num,
  case when p.excluded_reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, p.excluded_reason,
  p.window_start as window_from_on, p.window_end as window_to_on, p.done_at
from fct_touch_plans p
cross join run_info r
where p.window_end < r.as_of_on
