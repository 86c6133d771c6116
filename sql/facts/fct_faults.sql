-- about: One row per subject that is a fault: from the first of report and alarm (of the creation where neither is known) until
--   service was restored, on the clock of the calendar (_s, NULL: not yet), with the seconds that were taken off with
--   an approver, and why it counts nowhere. A reopen after the window begins another fault at that instant; what was
--   restored before it is the fault before.
-- order: started_on
-- key: subject_id
with fault as (
    select f.subject_id, f.account_no, f.class_no, k.severity, f.created_at, f.resolved_at, f.excluded_reason,
        coalesce(r.case_id, f.subject_id) as case_id, f.subject_no, r.started_at, r.next_started_at
    from fct_cases f
    join dim_classes k on k.class_no = f.class_no
    left join fct_reopened_cases r on r.subject_id = f.subject_id
    where k.kind = 'fault'
),
placed as (
    select t.*, s.circuit_id, s.excused_s, s.area, s.is_major, s.has_cause, s.has_action, s.review_filed_at, s.review_told_at,
        case when t.excluded_reason is not null then t.excluded_reason else s.excused_by end as reason,
        case when t.subject_no > 1 or (s.alarm_at is null and s.reported_at is null) then t.created_at
            when s.alarm_at is null or s.reported_at < s.alarm_at then s.reported_at
            else s.alarm_at end as broken_at,
        case when (t.started_at is null or s.restored_at >= t.started_at) and (t.next_started_at is null or s.restored_at < t.next_started_at)
                then s.restored_at
            when t.next_started_at is not null then t.resolved_at end as restored_at
    from fault t
    left join stg_case_steps s on s.kind = 'fault' and s.case_id = t.case_id
),
timed as (
    select p.subject_id, p.case_id, p.subject_no, p.account_no, p.class_no, p.severity, p.circuit_id, p.area, coalesce(p.is_major, false) as is_major,
        p.created_at, p.broken_at as started_at,
        d0.day as started_on,
        d0.day_s + extract(hour from p.broken_at) * 3600 + extract(minute from p.broken_at) * 60
            + cast(extract(second from p.broken_at) as bigint) as started_s,
        p.restored_at,
        d1.day_s + extract(hour from p.restored_at) * 3600 + extract(minute from p.restored_at) * 60
            + cast(extract(second from p.restored_at) as bigint) as restored_s,
        cast(coalesce(p.excused_s, 0) as bigint) as excused_s,
        case when p.has_cause and p.has_action and p.review_filed_at is not null and p.review_told_at is not null
            then greatest(p.review_filed_at, p.review_told_at) end as reviewed_at,
        p.reason as excluded_reason
    from placed p
    left join calendar_days d0 on d0.day = cast(p.broken_at as date)
    left join calendar_days d1 on d1.day = cast(p.restored_at as date)
),
statutory as (
    select 'urban' as area, value, valid_from, valid_to from rule_params where name = 'fault_urban_hours'
    union all
    select 'rural', value, valid_from, valid_to from rule_params where name = 'fault_rural_hours'
),
limited as (
    select t.*, p.value * 3600 as statutory_s, t.started_at + (p.value * 3600 + t.excused_s) * interval '1' second as statutory_due_at
    from timed t
    left join statutory p on p.area = t.area
        and p.valid_from <= t.started_on and t.started_on < p.valid_to
),
owned as (
    select l.*, cast(l.restored_at as date) as restored_on,
        cast(case when l.restored_at < l.started_at then l.started_at -- nobody answers for it before it began
            when l.restored_at < l.statutory_due_at or l.statutory_due_at is null then coalesce(l.restored_at, l.started_at)
            else l.statutory_due_at end as date) as statutory_on
    from limited l
)
select o.*, coalesce(a.account_no, 0) as restored_account_no, coalesce(b.account_no, 0) as statutory_account_no
from owned o
left join dim_accounts c on c.account_no = o.account_no
left join dim_accounts a on a.customer_no = c.customer_no and a.valid_from <= o.restored_on and o.restored_on < a.valid_to
left join dim_accounts b on b.customer_no = c.customer_no and b.valid_from <= o.statutory_on and o.statutory_on < b.valid_to
