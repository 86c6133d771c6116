-- about: tiers that nobody approved although approvals are kept; they do not count
-- name_zh: 未批准的客户级别（不生效）
-- name_en: Tiers without approval (they do not count)
-- blocking: no
select customer_id, effective_from, tier from raw.tier_history
where superseded_by is null and approved_at is null
  and exists (
    select 1 from raw.tier_history t left join raw.batches b on b.batch_id = t.batch_id
    where t.superseded_by is null and t.approved_at is not null and b.source is distinct from 'kamlens')
