-- about: one row per course that fell due; subject_id is the training_id
-- id: M1.passed
-- of: M1
-- main: no
-- name_zh: 考试通过率
-- name_en: Required training completed and passed at first
-- family: capability
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 培训的到期日
-- anchor_en: day on which the course fell due
-- min_n: 5
-- needs: trainings.due_on, trainings.passed
-- formula_zh: 到期日（含）之前完成且考试一次通过的培训 ÷ 当期到期的必修培训。数据每门培训只有一个考试结果，即首次结果；到期未完成计为未通过。责任人为当日在岗的本人，离职之后的不计入个人。
-- formula_en: Courses completed by the end of their due day and passed / required courses that fell due in the period. The
--   feed holds one result of a course: the first. One that is not completed by then is a miss. Accountable is the
--   person, with the team of that day; after his last day nobody.
-- excluded_zh: 已完成而没有考试结果的培训。
-- excluded_en: Completed courses without the result of an examination.
-- deadline: due_on, done_on
-- details: due_on, done_on
-- source: S3《项目客户服务管理操作规范及细则》人员培训4：「考核内容包括工作业绩、服务态度、专业知识等」
with judged as (
  select t.*, case when t.done_on <= t.due_on and t.passed is null then 'no_exam' end as excluded_reason
  from fct_trainings t
  cross join run_info r
  where t.due_on < r.as_of_on
)
select f.training_id as subject_id, 'training' as subject_kind, cast(null as varchar) as period_kind, cast(f.due_on as timestamp) as event_at,
  f.due_on as anchor_on, f.due_on as mature_on, f.due_on as original_on, cast(null as varchar) as customer_id,
  f.manager_id, f.unassigned_reason, f.team, cast(null as varchar) as region, cast(null as integer) as tier,
  f.kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  case when f.excluded_reason is null then cast(case when f.done_on <= f.due_on and f.passed then 1 else 0 end as bigint) end as num,
  case when f.excluded_reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, f.excluded_reason,
  f.due_on, f.done_on
from judged f
