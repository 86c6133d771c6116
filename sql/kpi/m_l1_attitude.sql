-- about: one row per item of a mystery visit that is tagged attitude; subject_id is visit_id/item
-- id: L1.attitude
-- of: L1
-- main: no
-- name_zh: 神秘顾客服务态度得分率
-- name_en: Mystery shopping score for attitude
-- family: quality
-- kind: sums
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 暗访日期
-- anchor_en: day of the visit
-- min_n: 3
-- needs: mystery_items.score, mystery_items.max, mystery_items.tag
-- formula_zh: 只算标签为 attitude（服务态度）的项目：Σ 权重 × 得分 ÷ Σ 权重 × 满分，只算适用的项目；未给权重的为 1。红线项未得满分的，该次暗访全部得 0 分。n 为暗访次数，半年内不足 3 次不评分。类别为项目。责任人为当日在岗的本人，离职之后的不计入个人。
-- formula_en: Of the items tagged attitude: sum of weight x score / sum of weight x maximum over the items that applied; a weight that is not given is 1. A
--   red-line item scored below its maximum takes all points of its visit. n is the number of visits: fewer than 3 in
--   a half-year are too few to score. The category is the item. Accountable is the person,
--   with the team of that day; after his last day nobody.
-- excluded_zh: 不适用的项目、没有得分或满分的项目、得分超出满分的项目。
-- excluded_en: Items that did not apply, without a score or a maximum, or scored above it.
-- parts: weighted_points
-- cluster: visit_id
-- details: visit_id, score
-- source: S3《项目客户服务管理操作规范及细则》人员培训4：「考核内容包括工作业绩、服务态度、专业知识等」
select f.visit_id || '/' || f.item as subject_id, 'mystery_item' as subject_kind, cast(null as varchar) as period_kind, cast(f.visited_on as timestamp) as event_at,
  f.visited_on as anchor_on, f.visited_on as mature_on, f.visited_on as original_on, cast(null as varchar) as customer_id,
  f.manager_id, f.unassigned_reason, f.team, cast(null as varchar) as region, cast(null as integer) as tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity, f.item as category,
  case when f.excluded_reason is null then f.points end as num,
  case when f.excluded_reason is null then f.max_points end as den,
  cast(null as bigint) as value, f.excluded_reason,
  f.visit_id, f.score
from fct_mystery_items f
where f.tag = 'attitude'
