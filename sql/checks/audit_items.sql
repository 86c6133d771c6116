-- about: the samples that a scorer passed although an item of the same scorer's sheet was not met
-- name_zh: 抽查中没有检查项不符合而判为合格的样本
-- name_en: No audit sample passed although an item was not met
-- blocking: no
select c.sample_id, c.scorer, c.item
from raw.audit_checks c
join raw.audit_samples a on a.sample_id = c.sample_id and a.superseded_by is null
left join raw.audit_rescores r on r.sample_id = c.sample_id and r.superseded_by is null
where c.superseded_by is null and not c.ok
  and (a.scorer = c.scorer and a.passed or r.scorer = c.scorer and r.passed)
