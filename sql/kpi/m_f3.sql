-- about: one row per recorded visit; subject_id is the visit
-- id: F3
-- of: F3
-- main: yes
-- name_zh: 有效走访率
-- name_en: Valid visits
-- family: visits
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 走访日期
-- anchor_en: day of the visit
-- min_n: 10
-- needs: visits.started_at, visits.recorded_at, visits.ended_at
-- formula_zh: 有效走访 ÷ 已录入的走访。有效：有签到或登记表、有接待人及其角色、有目的和结果、在规定工作日内录入、时长不少于规定、同一时间未在两处、抽查未被否决。整批数据都没有的栏目不判。类别为无效的原因。责任人为走访当日客户的归属人（代理、协办人员的走访也归其名下）；与该客户无关的人走访的只计入公司，不计入个人。
-- formula_en: Valid visits / recorded visits. Valid: with check-in or form, a contact with a role, a purpose and an outcome,
--   recorded within the working days set, as long as set, not in two places at once, not rejected on review. Criteria
--   whose column is empty in the whole feed are not judged. The category is why a visit is not valid. Accountable is
--   the customer's owner that day, also for visits of deputies and members; a visit by somebody not assigned to the
--   customer counts for the company, and for nobody.
-- excluded_zh: 电话（不是走访）；未配置录入时限或最短时长。
-- excluded_en: Calls, which are no visits; recording limit or shortest length not configured.
-- details: done_at, took_s
-- source: S1《集团客户服务规范管理手册》第三节：「结束走访、填写走访登记表」
with judged as (
  select v.visit_id, v.customer_id, v.started_at, v.started_on, v.recorded_at, v.lasted_s, v.account_no, v.acts,
    case when v.invalid_reason = 'phone' then 'phone'
      when v.records_kept and r.value is null then 'rule_unset'
      when v.endings_kept and l.value is null then 'rule_unset' end as reason,
    case when v.invalid_reason is not null then v.invalid_reason
      when v.records_kept and coalesce(case when v.recorded_on <= v.started_on then 0 else e.work_no_next - s.work_no end, r.value + 1) > r.value then 'recorded_late'
      when v.endings_kept and coalesce(v.lasted_s, 0) < 60 * l.value then 'too_short' end as fault
  from fct_visits v
  join calendar_days s on s.day = v.started_on
  left join calendar_days e on e.day = v.recorded_on
  left join rule_params r on r.name = 'visit_record_working_days' and r.valid_from <= v.started_on and v.started_on < r.valid_to
  left join rule_params l on l.name = 'visit_min_minutes' and l.valid_from <= v.started_on and v.started_on < l.valid_to
)
select j.visit_id as subject_id, 'visit' as subject_kind, cast(null as varchar) as period_kind, j.started_at as event_at,
  j.started_on as anchor_on, j.started_on as mature_on, j.started_on as original_on, j.customer_id,
  case when j.acts then a.manager_id end as manager_id,
  case when a.manager_id is null then a.unassigned_reason when not j.acts then 'not_assigned' end as unassigned_reason,
  case when j.acts then a.team end as team, a.region, a.tier, cast(null as varchar) as kind, cast(null as varchar) as severity,
  case when j.reason is null then j.fault end as category,
  case when j.reason is null then cast(case when j.fault is null then 1 else 0 end as bigint) end as num,
  case when j.reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, j.reason as excluded_reason,
  j.recorded_at as done_at, j.lasted_s as took_s
from judged j
join dim_accounts a on a.account_no = j.account_no
