-- about: one row per report that fell due; subject_id is the report_id
-- id: M4
-- of: M4
-- main: yes
-- name_zh: 信息报送及时率
-- name_en: Reports delivered on time
-- family: capability
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 报送的到期时间
-- anchor_en: time at which the report fell due
-- min_n: 5
-- needs: reports_due.due_at, reports_due.done_at
-- formula_zh: 不迟于到期时间完成的报送 ÷ 当期到期的报送。到期时间由数据给出（营业厅反馈单为当天或次日，重大事件即时）。未报送计为未及时。营业厅反馈单和部门应报的由部门负责，只计入公司。责任人为当日在岗的本人，离职之后的不计入个人。
-- formula_en: Reports delivered no later than they were due / reports that fell due in the period. The feed gives the time at
--   which each is due (a slip of the hall the same or the next day, a major incident at once). Not delivered is a
--   miss. Slips of the hall and what a unit owes are the unit's: they count for the company only. Accountable is the
--   person, with the team of that day; after his last day nobody.
-- deadline: due_at, done_at
-- details: due_at, done_at
-- source: S1《集团客户服务规范管理手册》集团专区：「于当天或最迟不过第二日向集团客户经理提交」
select f.report_id as subject_id, 'report' as subject_kind, cast(null as varchar) as period_kind, f.due_at as event_at,
  f.due_on as anchor_on, f.due_on as mature_on, f.due_on as original_on, cast(null as varchar) as customer_id,
  f.manager_id, f.unassigned_reason, f.team, cast(null as varchar) as region, cast(null as integer) as tier,
  f.kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  cast(case when f.done_at <= f.due_at then 1 else 0 end as bigint) as num,
  cast(1 as bigint) as den,
  cast(null as bigint) as value, cast(null as varchar) as excluded_reason,
  f.due_at, f.done_at
from fct_reports_due f
cross join run_info r
where f.due_at <= r.as_of
