-- about: One row per subject of a case that was ever resolved: its first resolve, the day from which that can no longer be taken
--   back, whether it was, and whose account answers for it: the owner's at the earlier of deadline and first resolve
--   (R10). excluded_reason: that of the case, rule_unset (no window is configured)
-- materialized: view
with reopened as (
    select r.subject_id, r.first_resolved_at, f.class_no, f.account_no, f.resolution_account_no, f.created_at, f.is_unsolved, f.reopen_window,
        f.excluded_reason,
        case when f.resolution_due_on < cast(r.first_resolved_at as date) then f.resolution_due_on
            else cast(r.first_resolved_at as date) end as accountable_on
    from fct_reopened_cases r
    join fct_cases f on f.subject_id = r.subject_id
    where f.reopens > 0 and r.first_resolved_at is not null
),
resolved as (
    select f.subject_id, f.class_no, f.resolution_account_no as account_no, f.created_at, f.resolved_at, f.matured_on, false as is_reopened,
        f.is_unsolved, f.reopen_window, f.excluded_reason as reason
    from fct_cases f
    where f.reopens = 0 and f.resolved_at is not null
    union all
    select r.subject_id, r.class_no, coalesce(a.account_no, r.resolution_account_no), r.created_at, r.first_resolved_at,
        cast(r.first_resolved_at + coalesce(r.reopen_window, 0) * interval '1' day as date), true, r.is_unsolved, r.reopen_window,
        r.excluded_reason
    from reopened r
    join dim_accounts c on c.account_no = r.account_no
    left join dim_accounts a on a.customer_no = c.customer_no and a.valid_from <= r.accountable_on and r.accountable_on < a.valid_to
)
select subject_id, class_no, account_no, created_at, resolved_at, matured_on, is_reopened, is_unsolved,
    case when reason is not null then reason when reopen_window is null then 'rule_unset' end as excluded_reason
from resolved
