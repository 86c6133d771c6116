-- about: one row per course that fell due; subject_id is the training_id
-- id: M1
-- of: M1
-- main: yes
-- name_zh: 培训完成率
-- name_en: Required training completed
-- family: capability
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 培训的到期日
-- anchor_en: day on which the course fell due
-- min_n: 5
-- needs: trainings.due_on, trainings.done_on
-- formula_zh: 到期日（含）之前完成的培训 ÷ 当期到期的必修培训。到期日当天结束后才定案；到期未完成计为未完成。责任人为当日在岗的本人，离职之后的不计入个人。
-- formula_en: Courses completed by the end of their due day / required courses that fell due in the period. A course is judged
--   when its due day is over; one that is not completed then is a miss. Accountable is the person, with the team of
--   that day; after his last day nobody.
-- deadline: due_on, done_on
-- details: due_on, done_on
-- source: S0《首席客户经理服务实施细则》四(二)2：「定期组织首席客户经理进行业务技能、行业知识、沟通技巧、团队协作等方面的培训」
select f.training_id as subject_id, 'training' as subject_kind, cast(null as varchar) as period_kind, cast(f.due_on as timestamp) as event_at,
  f.due_on as anchor_on, f.due_on as mature_on, f.due_on as original_on, cast(null as varchar) as customer_id,
  f.manager_id, f.unassigned_reason, f.team, cast(null as varchar) as region, cast(null as integer) as tier,
  f.kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  cast(case when f.done_on <= f.due_on then 1 else 0 end as bigint) as num,
  cast(1 as bigint) as den,
  cast(null as bigint) as value, cast(null as varchar) as excluded_reason,
  f.due_on, f.done_on
from fct_trainings f
cross join run_info r
where f.due_on < r.as_of_on
