-- about: tiers proposed here whose day has come without an answer of who approves; the tier before goes on
-- name_zh: 逾期未审的客户级别（沿用原级别）
-- name_en: Proposed tiers that nobody has decided by their day (the tier before goes on)
-- blocking: no
with decision as (
  select decision_id, kind, subject, payload from raw.decisions where superseded_by is null
), standing as (
  select decision_id, kind, subject, json_extract_string(payload, '$.answers') as answers,
    try_cast(json_extract_string(payload, '$.effective_from') as date) as effective_from
  from decision d
  where kind like 'tier.%' and not exists (select 1 from decision w where w.kind = 'decision.withdraw' and w.subject = d.decision_id)
)
select p.decision_id, p.subject as customer_id, p.effective_from
from standing p
left join standing r on r.answers = p.decision_id
left join standing a on a.answers = r.decision_id
cross join run_info i
where p.kind = 'tier.propose' and p.effective_from <= i.as_of_on
  and coalesce(r.kind, '') <> 'tier.return' and a.decision_id is null
