-- about: one row per visit that counts and window of the visiting duty it lies in; subject_id is visit_id/window months
-- id: W5
-- of: W5
-- main: yes
-- name_zh: 期末突击走访占比
-- name_en: Visits in the last two working days
-- family: watch
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: down
-- anchor_zh: 走访窗口的最后一天
-- anchor_en: last day of the visiting window
-- min_n: 20
-- charged_to: nobody
-- needs: visits.started_at, tier_history.tier
-- formula_zh: 在走访窗口最后两个工作日（及其后的非工作日）进行的有效走访 ÷ 当期结束的窗口内的有效走访。责任人为窗口内持有最久者。仅供复核，不计分：异常的数值只说明值得看，不说明有错。
-- formula_en: Visits that count, paid on one of the last two working days of the window or on a day off after the first of
--   them / visits that count in windows that ended in the period. Accountable is the owner of the longest part of
--   the window. For review, never for points: an unusual value says where to look, not that anything is wrong.
-- excluded_zh: 经批准豁免的窗口、在网不足半个窗口的客户；未配置走访频次。
-- excluded_en: Windows waived, customers active for less than half of the window; no cadence configured.
-- source: 本系统建议
select v.visit_id || '/' || cast(d.window_months as varchar) as subject_id, 'visit' as subject_kind, cast(null as varchar) as period_kind,
  v.started_at as event_at, d.last_on as anchor_on, d.last_on as mature_on, v.started_on as original_on, d.customer_id,
  d.manager_id, d.unassigned_reason, d.team, d.region, d.tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  case when d.excluded_reason is null then cast(case when s.work_no >= l.work_no - 1 then 1 else 0 end as bigint) end as num,
  case when d.excluded_reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, d.excluded_reason
from fct_visits v
join fct_visit_duties d on d.customer_id = v.duty_customer_id and d.starts_on <= v.started_on and v.started_on <= d.last_on
join calendar_days s on s.day = v.started_on
join calendar_days l on l.day = d.last_on
cross join run_info r
where v.counts and d.last_on < r.as_of_on
