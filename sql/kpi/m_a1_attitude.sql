-- about: one row per answer to the satisfaction question that is tagged attitude
-- id: A1.attitude
-- of: A1
-- main: no
-- name_zh: 服务态度满意率
-- name_en: Satisfaction with the attitude
-- family: satisfaction
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 答复时间
-- anchor_en: time of the answer
-- min_n: 10
-- needs: surveys.answered_at, surveys.score, surveys.scale_max, surveys.question
-- formula_zh: 只算题目为 attitude（服务态度）的答复：满意的有效答复 ÷ 全部有效答复。满意：得分不低于量表最高分的 80%（5 分制 4-5 分，7 分制 6-7 分，10 分制 8-10 分）；反向量表先翻转。责任人为事件解决时（关系调查为发送时）的客户经理。
-- formula_en: Of the answers to the question attitude: satisfied valid answers / all valid answers. Satisfied: at least 80 % of the scale's maximum (4-5 of 5,
--   6-7 of 7, 8-10 of 10); reversed scales are mirrored first. Accountable is the owner when the case was resolved, for
--   relationship surveys when they were sent.
-- excluded_zh: 作废、员工答复、无量表或超出量表、事件 30 天后的答复、同一联系人对同一工单的重复答复（取 72 小时内最后一次）、关系调查同一客户当月较早的答复。其他部门的工单只计入公司。未答复的问卷见 A5。
-- excluded_en: Voided, staff, without or outside of their scale, later than 30 days after the event, repeated by the same
--   contact on the same case (the last within 72 hours counts), earlier answers of the same customer to relationship
--   surveys of the month. Cases of another department count for the company only. Unanswered surveys are A5.
-- details: score, scale_max
-- source: S3《项目客户服务管理操作规范及细则》人员培训4：「考核内容包括工作业绩、服务态度、专业知识等」
select subject_id, 'survey' as subject_kind, cast(null as varchar) as period_kind, event_at, answered_on as anchor_on,
  answered_on as mature_on, answered_on as original_on, customer_id, manager_id, unassigned_reason, team, region, tier,
  kind, severity, category,
  case when excluded_reason is null then cast(is_satisfied as bigint) end as num,
  case when excluded_reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, excluded_reason, score, scale_max
from fct_surveys
where metric = 'csat' and question = 'attitude' and answered_on is not null
