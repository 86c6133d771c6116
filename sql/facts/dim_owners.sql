-- about: one row per combination of owner, reason for none, team, region and tier that any account has: who answers for a
--   row, in one number
-- order: owner_no
-- key: owner_no
select distinct owner_no, manager_id, unassigned_reason, team, region, tier
from dim_accounts
