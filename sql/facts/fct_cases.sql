-- about: One row per case, and one more ("<case_id>#2") for each reopen after the window: what was owed, when it fell due,
--   when it was done, who was accountable. Whose case it is tells its account (dim_accounts): a number costs a tenth of a name. Clock readings: _s seconds of the calendar, _f working seconds, _day days,
--   _work working days. Deadlines exist while the business instant allows to know them; nothing is dropped.
-- order: created_ym
-- key: subject_id
with days as (
    select d.*, w.value as decided_after, r.value as reopen_window
    from calendar_days d
    left join rule_params w on w.name = 'decided_after_days' and w.valid_from <= d.day and d.day < w.valid_to
    left join rule_params r on r.name = 'reopen_window_days' and r.valid_from <= d.day and d.day < r.valid_to
),
acts as ( -- and one row for what has not happened: where each row finds its match, DuckDB joins whole chunks
    select day, day_s, day_no, work_no, work_no_next, work_before_s, open1_s, close1_s, open2_s, close2_s, open3_s, close3_s
    from calendar_days
    union all
    select date '0001-01-01', null, null, null, null, null, null, null, null, null, null, null
),
subjects as (
    select
        c.case_id, c.customer_id, c.kind, k.severity, k.class_no, c.initiated_by, c.recoded,
        coalesce(x.subject_no, 1) as subject_no, c.created_at as opened_at,
        case when x.subject_no > 1 then x.started_at
            when m.created_at < c.created_at then m.created_at
            else c.created_at end as created_at,
        case when x.subject_no > 1 then x.contact_at
            when coalesce(x.subject_no, 1) = 1 and m.contact_at is not null
                and (x.subject_no is null and c.contact_at is null or x.subject_no = 1 and x.contact_at is null
                    or m.contact_at < coalesce(x.contact_at, c.contact_at)) then m.contact_at
            when x.subject_no = 1 then x.contact_at
            else c.contact_at end as response_at,
        case when x.subject_no is null then c.resolved_at else x.resolved_at end as resolved_at,
        case when x.next_started_at is null then c.resolution else 'solved' end as resolution,
        c.excluded_reason,
        coalesce(x.reopens, 0) as reopens,
        coalesce(x.window_unset, false) as window_unset
    from stg_cases c
    left join fct_case_subjects x on x.case_id = c.case_id
    left join fct_case_merges m on m.case_id = c.case_id
    join dim_classes k on k.kind = c.kind and coalesce(k.category, '') = coalesce(c.category, '')
        and k.severity = case when m.severity is null or m.severity = 'normal' or c.severity = 'urgent' then c.severity else m.severity end
),
clocked as (
    select s.*,
        cast(s.created_at as date) as created_on,
        cast(s.resolved_at as date) as resolved_on,
        d0.day_s + extract(hour from s.created_at) * 3600 + extract(minute from s.created_at) * 60
            + cast(extract(second from s.created_at) as bigint) as s0,
        d1.day_s + extract(hour from s.response_at) * 3600 + extract(minute from s.response_at) * 60
            + cast(extract(second from s.response_at) as bigint) as s1,
        d2.day_s + extract(hour from s.resolved_at) * 3600 + extract(minute from s.resolved_at) * 60
            + cast(extract(second from s.resolved_at) as bigint) as s2,
        d0.work_before_s as b0, d0.open1_s as o01, d0.close1_s as c01, d0.open2_s as o02, d0.close2_s as c02,
        d0.open3_s as o03, d0.close3_s as c03, d0.day_no as day0, d0.work_no as work0,
        d1.work_before_s as b1, d1.open1_s as o11, d1.close1_s as c11, d1.open2_s as o12, d1.close2_s as c12,
        d1.open3_s as o13, d1.close3_s as c13, d1.day_no as day1, d1.work_no as work1, d1.work_no_next as worked1,
        d2.work_before_s as b2, d2.open1_s as o21, d2.close1_s as c21, d2.open2_s as o22, d2.close2_s as c22,
        d2.open3_s as o23, d2.close3_s as c23, d2.day_no as day2, d2.work_no as work2, d2.work_no_next as worked2,
        d0.ym as created_ym, d0.decided_after, d0.reopen_window
    from subjects s
    left join days d0 on d0.day = cast(s.created_at as date)
    left join acts d1 on d1.day = coalesce(cast(s.response_at as date), date '0001-01-01')
    left join acts d2 on d2.day = coalesce(cast(s.resolved_at as date), date '0001-01-01')
),
ruled as (
    select
        c.case_id, c.subject_no, c.class_no, c.initiated_by, c.recoded,
        c.opened_at, c.created_at, c.created_on, c.created_ym, c.response_at, c.resolved_at, c.resolved_on, c.resolution,
        c.excluded_reason, c.reopens, c.window_unset, c.decided_after, c.reopen_window,
        c.s0, c.s1, c.s2, c.day0, c.day1, c.day2, c.work0, c.work1, c.work2, c.worked1, c.worked2,
        b0
            + case when s0 <= o01 then 0 when s0 < c01 then s0 - o01 else c01 - o01 end
            + case when s0 <= o02 then 0 when s0 < c02 then s0 - o02 else c02 - o02 end
            + case when s0 <= o03 then 0 when s0 < c03 then s0 - o03 else c03 - o03 end as f0,
        b1
            + case when s1 <= o11 then 0 when s1 < c11 then s1 - o11 else c11 - o11 end
            + case when s1 <= o12 then 0 when s1 < c12 then s1 - o12 else c12 - o12 end
            + case when s1 <= o13 then 0 when s1 < c13 then s1 - o13 else c13 - o13 end as f1,
        b2
            + case when s2 <= o21 then 0 when s2 < c21 then s2 - o21 else c21 - o21 end
            + case when s2 <= o22 then 0 when s2 < c22 then s2 - o22 else c22 - o22 end
            + case when s2 <= o23 then 0 when s2 < c23 then s2 - o23 else c23 - o23 end as f2,
        a.account_no, a.customer_no, a.valid_to as held_to,
        l.limits_no, l.response_measure as measure1, l.response_limit as limit1,
        l.resolution_measure as measure2, l.resolution_limit as limit2
    from clocked c
    left join dim_accounts a on a.customer_id = c.customer_id and a.valid_from <= c.created_on and c.created_on < a.valid_to
    left join dim_limits l on l.kind = c.kind and l.severity = c.severity and l.tier = coalesce(a.tier, 0)
        and l.valid_from <= c.created_on and c.created_on < l.valid_to
),
measured as (
    -- used_up: the reading of the limit's own clock at which it ends. Days end with their last second: the day after.
    select c.*,
        limit1 + case measure1 when 1 then f0 when 2 then s0 when 3 then work0 + 1
            else day0 + 1 end as used_up1,
        limit2 + case measure2 when 1 then f0 when 2 then s0 when 3 then work0 + 1
            else day0 + 1 end as used_up2
    from ruled c
),
paused as (
    -- e: what pauses add to the limit; p: what they took before the act. An act ends the pause it falls in.
    select c.*,
        coalesce(e1.shift_x, 0) as put_off1,
        coalesce(e2.shift_x, 0) as put_off2,
        coalesce(p1.before_s + least(coalesce(p1.to_s, c.s1), c.s1) - p1.from_s, 0) as paused1_s,
        coalesce(p1.before_f + least(coalesce(p1.to_f, c.f1), c.f1) - p1.from_f, 0) as paused1_f,
        coalesce(p1.before_day + least(coalesce(p1.to_day, c.day1), c.day1) - p1.from_day, 0) as paused1_day,
        coalesce(p1.before_work + least(coalesce(p1.to_work, c.work1), c.work1) - p1.from_work, 0) as paused1_work,
        coalesce(p2.before_s + least(coalesce(p2.to_s, c.s2), c.s2) - p2.from_s, 0) as paused2_s,
        coalesce(p2.before_f + least(coalesce(p2.to_f, c.f2), c.f2) - p2.from_f, 0) as paused2_f,
        coalesce(p2.before_day + least(coalesce(p2.to_day, c.day2), c.day2) - p2.from_day, 0) as paused2_day,
        coalesce(p2.before_work + least(coalesce(p2.to_work, c.work2), c.work2) - p2.from_work, 0) as paused2_work
    from measured c
    left join fct_case_extensions e1 on e1.case_id = c.case_id and e1.subject_no = c.subject_no and e1.measure = c.measure1
        and e1.net_x < c.used_up1 and c.used_up1 <= e1.next_net_x
    left join fct_case_extensions e2 on e2.case_id = c.case_id and e2.subject_no = c.subject_no and e2.measure = c.measure2
        and e2.net_x < c.used_up2 and c.used_up2 <= e2.next_net_x
    left join fct_case_pauses p1 on p1.case_id = c.case_id and p1.subject_no = c.subject_no
        and p1.from_s < c.s1 and c.s1 <= p1.next_s
    left join fct_case_pauses p2 on p2.case_id = c.case_id and p2.subject_no = c.subject_no
        and p2.from_s < c.s2 and c.s2 <= p2.next_s
),
taken as (
    select c.*,
        case when put_off1 = 0 or s1 is null then put_off1
            when measure1 = 1 then least(put_off1, paused1_f)
            when measure1 = 2 then least(put_off1, paused1_s)
            when measure1 = 3 then least(put_off1, paused1_work)
            else least(put_off1, paused1_day) end as shift1,
        case when put_off2 = 0 or s2 is null then put_off2
            when measure2 = 1 then least(put_off2, paused2_f)
            when measure2 = 2 then least(put_off2, paused2_s)
            when measure2 = 3 then least(put_off2, paused2_work)
            else least(put_off2, paused2_day) end as shift2,
        case when s1 is not null then greatest(0, f1 - f0 - paused1_f) end as took1_f,
        case when s1 is not null then greatest(0, s1 - s0 - paused1_s) end as took1_s,
        case when s2 is not null then greatest(0, f2 - f0 - paused2_f) end as took2_f,
        case when s2 is not null then greatest(0, s2 - s0 - paused2_s) end as took2_s
    from paused c
),
known as (
    -- An act on a day off has the day number of the next working day: the limit ended when the last one closed.
    select c.*,
        case when shift1 < 90000000000 then used_up1 + shift1 end as due1,
        case when shift2 < 90000000000 then used_up2 + shift2 end as due2,
        limit1 >= case measure1 when 1 then took1_f when 2 then took1_s
            when 3 then worked1 - work0 - paused1_work else day1 - day0 - paused1_day end as done1,
        limit2 >= case measure2 when 1 then took2_f when 2 then took2_s
            when 3 then worked2 - work0 - paused2_work else day2 - day0 - paused2_day end as done2
    from taken c
),
timed as (
    select c.*,
        w1.from_s + (c.due1 - w1.from_x) as due1_s,
        w2.from_s + (c.due2 - w2.from_x) as due2_s,
        w1.day as due1_day,
        w2.day as due2_day
    from known c
    left join dim_clock_ends w1 on w1.bucket_x = case when c.due1 is null then 0 when c.measure1 = 1 then 1000000000000 + c.due1 - c.due1 % 3600
            when c.measure1 = 2 then 2000000000000 else 1000000000000 * c.measure1 + c.due1 end
        and w1.from_x < coalesce(c.due1, 0) and coalesce(c.due1, 0) <= w1.to_x
    left join dim_clock_ends w2 on w2.bucket_x = case when c.due2 is null then 0 when c.measure2 = 1 then 1000000000000 + c.due2 - c.due2 % 3600
            when c.measure2 = 2 then 2000000000000 else 1000000000000 * c.measure2 + c.due2 end
        and w2.from_x < coalesce(c.due2, 0) and coalesce(c.due2, 0) <= w2.to_x
),
dated as (
    select c.*,
        case when due1_s is not null then created_at + (due1_s - s0) * interval '1' second
            else due1_day + interval '1' day end as due1_at,
        case when due2_s is not null then created_at + (due2_s - s0) * interval '1' second
            else due2_day + interval '1' day end as due2_at
    from timed c
),
judged as (
    select c.*,
        coalesce(due1_day, cast(due1_at as date)) as due1_on,
        coalesce(due2_day, cast(due2_at as date)) as due2_on
    from dated c
),
owed as (
    select c.*,
        case when due2_on is not null and (resolved_on is null or due2_on < resolved_on) then due2_on
            else coalesce(resolved_on, created_on) end as accountable_on
    from judged c
),
handed as (
    select c.*, case when accountable_on >= held_to then customer_no end as next_customer_no
    from owed c
)
select
    case when c.subject_no = 1 then c.case_id else c.case_id || '#' || cast(c.subject_no as varchar) end as subject_id,
    c.subject_no, c.class_no,
    c.created_at, c.created_ym, coalesce(c.account_no, 0) as account_no, c.limits_no,
    c.response_at,
    c.took1_f as response_work_s,
    c.took1_s as response_calendar_s,
    coalesce(c.s1 < c.s0, false) as responded_before_created,
    c.due1_at as response_due_at,
    c.due1_on as response_due_on,
    coalesce(c.done1, false) as response_met,
    case when c.excluded_reason is not null then c.excluded_reason
        when c.initiated_by = 'system' then 'system_initiated'
        when c.resolution = 'self_service' and (c.response_at is null or c.response_at >= c.resolved_at) then 'self_service'
        when c.measure1 is null then 'rule_unset'
        when c.due1 is null then 'paused' end as response_excluded,
    c.resolved_at,
    coalesce(c.resolution in ('impossible', 'given_up'), false) as is_unsolved,
    c.reopens,
    c.took2_f as resolve_work_s,
    c.took2_s as resolve_calendar_s,
    c.due2_at as resolution_due_at,
    c.due2_on as resolution_due_on,
    coalesce(c.done2, false) as resolution_met,
    case when c.excluded_reason is not null then c.excluded_reason
        when c.measure2 is null or c.window_unset then 'rule_unset'
        when c.due2 is null then 'paused' end as resolution_excluded,
    coalesce(n.account_no, c.account_no, 0) as resolution_account_no,
    cast(c.reopen_window as integer) as reopen_window,
    cast(c.resolved_at + coalesce(c.reopen_window, 0) * interval '1' day as date) as matured_on, -- the resolve can no longer be taken back
    cast(c.due2_on + c.decided_after * interval '1' day as date) as given_up_on,
    coalesce(c.initiated_by, 'customer') = 'customer' as by_customer,
    c.window_unset, c.recoded, c.excluded_reason
from handed c
left join dim_accounts n on n.customer_no = c.next_customer_no and n.valid_from <= c.accountable_on
    and c.accountable_on < n.valid_to
cross join run_info r
where c.opened_at <= r.as_of -- last: DuckDB takes the rows left by it for few
