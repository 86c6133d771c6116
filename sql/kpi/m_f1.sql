-- about: one row per customer and window of its visiting cadence that has ended
-- id: F1
-- of: F1
-- main: yes
-- name_zh: 走访达标率
-- name_en: Visit attainment
-- family: visits
-- kind: sums
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 走访窗口的最后一天
-- anchor_en: last day of the visiting window
-- min_n: 10
-- needs: visits.started_at, tier_history.tier, assignments.manager_id
-- formula_zh: Σ min(有效走访, 要求次数) ÷ Σ 要求次数。窗口按自然月、双月、季、年，要求按客户自己的频次规则，没有的按窗口内持有最久的级别。有效：非电话、有签到或登记表、有接待人、目的和结果、抽查未被否决、同一时间未在两处；5 天内的两次算一次；由客户经理本人或其代理、协同人完成。责任人为窗口内持有最久者。
-- formula_en: Sum of min(valid visits, required) / sum of required. Windows are calendar months, two-months, quarters, years,
--   the requirement is the customer's own, else that of the tier held longest in the window. Valid: no call, with check-in or form, a contact, a
--   purpose and an outcome, not rejected on review, not in two places at once; two within 5 days are one; made by the
--   owner or one who acts for him. Accountable is the owner of the longest part of the window.
-- excluded_zh: 经批准豁免的窗口、在网不足半个窗口的客户；未配置走访频次的级别。
-- excluded_en: Windows waived with an approver, customers active for less than half of the window; tiers without a cadence.
-- deadline: window_to_on
-- details: window_from_on, window_to_on, visits, visits_void
-- source: S0《首席客户经理服务实施细则》三(一)1：「对于不同级别的重要客户,应保证相应的月度或季度拜访频次」
select customer_id || '/' || cast(starts_on as varchar) || '/' || cast(window_months as varchar) as subject_id, 'duty' as subject_kind,
  cast(null as varchar) as period_kind, cast(last_on as timestamp) as event_at, last_on as anchor_on, last_on as mature_on,
  last_on as original_on, customer_id, manager_id, unassigned_reason, team, region, tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  case when excluded_reason is null then done end as num,
  case when excluded_reason is null then cast(required as bigint) end as den,
  cast(null as bigint) as value, excluded_reason,
  starts_on as window_from_on, last_on as window_to_on, visits, visits_void
from fct_visit_duties
cross join run_info r
where last_on < r.as_of_on
