-- about: One row per case with a promised time: the first promise, when the case was resolved by the resolve that stands (is_unsolved:
--   as impossible or given up), and who
--   was accountable at the earlier of the two. A case that came back after the window is judged as what it was before.
-- order: promised_on
-- key: subject_id
with promised as (
    select f.subject_id, f.class_no, f.account_no, p.promised_due_at, cast(p.promised_due_at as date) as promised_on,
        f.created_at, f.resolved_at, f.is_unsolved, f.matured_on,
        case when f.excluded_reason is not null then f.excluded_reason when f.window_unset then 'rule_unset' end as excluded_reason,
        greatest(cast(f.created_at as date), case when f.resolved_at < p.promised_due_at then cast(f.resolved_at as date)
            else cast(p.promised_due_at as date) end) as accountable_on
    from stg_case_promises p
    join fct_cases f on f.subject_id = p.case_id
)
select p.subject_id, p.class_no, p.promised_due_at, p.promised_on, p.created_at, p.resolved_at, p.is_unsolved, p.matured_on,
    p.accountable_on, p.excluded_reason, coalesce(a.account_no, p.account_no) as account_no
from promised p
left join dim_accounts b on b.account_no = p.account_no
left join dim_accounts a on a.customer_no = b.customer_no and a.valid_from <= p.accountable_on and p.accountable_on < a.valid_to
