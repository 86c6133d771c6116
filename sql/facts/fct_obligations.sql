-- about: One row per thing owed by a set time after something happened, besides the first response and the resolution of cases
--   (fct_cases): from when it was owed, by when, when it was done, whether in time, who was accountable. The duty names
--   the limit; what is owed about a case has the limit of the day on which the case was created. Clock readings as in
--   fct_cases: _s seconds of the calendar, _f working seconds, _day days, _work working days; measures are the numbers
--   of dim_limits. What repeats is owed again from when it was done, or was due (part_no counts the misses in a row).
--   Nothing is dropped (customer_id is there for what is owed about no case: its customer may be unknown): what counts nowhere has its reason; what has not fallen due yet is here, too.
-- order: duty, due_on
with complaints as (
    select f.subject_id, f.subject_no, coalesce(r.case_id, f.subject_id) as case_id, f.account_no, f.class_no, k.kind, k.severity,
        f.created_at, f.resolved_at, coalesce(r.last_resolved_at, f.resolved_at) as last_resolved_at,
        case when r.reopened_at > r.last_resolved_at then r.reopened_at end as reopened_at, r.next_started_at,
        case when f.excluded_reason is not null then f.excluded_reason when f.recoded then 'recoded' end as reason, f.window_unset
    from fct_cases f
    join dim_classes k on k.class_no = f.class_no
    left join fct_reopened_cases r on r.subject_id = f.subject_id
    where k.kind = 'complaint'
),
reached as (
    select c.subject_id, min(b.called_at) as called_at
    from complaints c
    join stg_callbacks b on b.case_id = c.case_id and b.is_reached and c.last_resolved_at <= b.called_at
        and (c.reopened_at is null or b.called_at <= c.reopened_at) and (c.next_started_at is null or b.called_at <= c.next_started_at)
    left join stg_case_steps s on s.case_id = c.case_id
    left join rule_params p on p.name = 'callback_by_other' and p.valid_from <= cast(b.called_at as date) and cast(b.called_at as date) < p.valid_to
    where coalesce(p.value, 0) = 0 or b.called_by is null or s.handler_id is null or b.called_by <> s.handler_id
    group by c.subject_id
),
recovered as (
    select s.survey_id, min(case when s.callback_at > f.resolved_at then s.callback_at else f.resolved_at end) as done_at
    from stg_case_steps s
    join fct_cases f on f.subject_id = s.case_id
    where s.survey_id is not null and s.has_cause and s.has_action and f.resolved_at is not null and s.callback_result = 'satisfied'
        and (f.excluded_reason is null or f.excluded_reason = 'manager_initiated')
    group by s.survey_id
),
unreached as (
    select s.survey_id, count(*) as tries, max(case when b.is_reached then 1 else 0 end) as was_reached
    from stg_case_steps s
    join stg_callbacks b on b.case_id = s.case_id
    where s.survey_id is not null
    group by s.survey_id
),
collected as (
    select p.project_id, min(s.told_at) as done_at
    from stg_accepted_projects p
    join stg_project_feedback s on s.project_id = p.project_id and s.told_at >= cast(p.accepted_on as timestamp)
    group by p.project_id
),
starts as (
    select 'plan' as duty, f.subject_id as parent_id, f.subject_no, f.subject_id as paused_case, cast(null as varchar) as customer_id, f.account_no, f.class_no, k.kind, k.severity,
        f.created_at as ruled_at, s.confirmed_at as started_at, s.plan_submitted_at as done_at, cast(null as timestamp) as ended_at, cast(0 as bigint) as excused_s, false as repeats,
        case when f.excluded_reason is not null then f.excluded_reason when s.resolution = 'withdrawn' then 'withdrawn' end as reason
    from stg_case_steps s
    join fct_cases f on f.subject_id = s.case_id
    join dim_classes k on k.class_no = f.class_no
    where s.confirmed_at is not null
    union all
    select 'feedback_answer' as duty, f.subject_id, f.subject_no, coalesce(r.case_id, f.subject_id), null, f.account_no, f.class_no, k.kind, k.severity,
        f.created_at, f.created_at, case when s.has_action then f.resolved_at end, null, 0, false,
        case when f.excluded_reason is not null then f.excluded_reason when f.window_unset then 'rule_unset' end
    from fct_cases f
    join dim_classes k on k.class_no = f.class_no
    left join fct_reopened_cases r on r.subject_id = f.subject_id
    left join stg_case_steps s on s.case_id = coalesce(r.case_id, f.subject_id)
    where k.kind = 'feedback'
    union all
    select 'complaint_answer' as duty, c.subject_id, c.subject_no, c.case_id, null, c.account_no, c.class_no, c.kind, c.severity,
        c.created_at, c.created_at, c.resolved_at, null, 0, false,
        case when c.reason is not null then c.reason when c.window_unset then 'rule_unset' end
    from complaints c
    union all
    select 'callback' as duty, c.subject_id, c.subject_no, null, null, c.account_no, c.class_no, c.kind, c.severity,
        c.created_at, c.last_resolved_at, b.called_at, c.reopened_at, 0, false, c.reason
    from complaints c
    left join reached b on b.subject_id = c.subject_id
    where c.last_resolved_at is not null
    union all
    select 'survey_recovery' as duty, a.subject_id, 1, null, a.customer_id, coalesce(d.account_no, 0), null, 'followup', 'normal',
        a.answered_at, a.answered_at, r.done_at, null, 0, false,
        case when a.excluded_reason is not null then a.excluded_reason
            when r.done_at is null and u.tries >= 3 and u.was_reached = 0 then 'unreached' end
    from fct_surveys a
    left join recovered r on r.survey_id = a.survey_id
    left join unreached u on u.survey_id = a.survey_id
    left join dim_accounts d on d.customer_id = a.customer_id and d.valid_from <= a.answered_on and a.answered_on < d.valid_to
    where a.answered_at is not null
        and (a.metric = 'csat' and 5 * a.score <= 2 * a.scale_max or a.metric = 'nps' and a.score <= 6 and a.scale_max = 10)
    union all
    select 'restore' as duty, f.subject_id, f.subject_no, f.case_id, null, f.account_no, f.class_no, 'fault', f.severity,
        f.created_at, f.started_at, f.restored_at, null, f.excused_s, false, f.excluded_reason
    from fct_faults f
    union all
    select 'fault_review' as duty, f.subject_id, f.subject_no, null, null, f.account_no, f.class_no, 'fault', f.severity,
        f.created_at, f.restored_at, f.reviewed_at, null, 0, false, f.excluded_reason
    from fct_faults f
    where f.is_major and f.restored_at is not null
    union all
    select 'handoff' as duty, h.subject_id, 1, null, null, h.account_no, h.class_no, k.kind, k.severity,
        h.created_at, h.handed_at, h.answered_at, null, 0, false, h.excluded_reason
    from fct_handoffs h
    join dim_classes k on k.class_no = h.class_no
    union all
    select 'acceptance_feedback' as duty, p.project_id, 1, null, p.customer_id, coalesce(d.account_no, 0), null, 'request', 'normal',
        cast(p.accepted_on as timestamp), cast(p.accepted_on as timestamp), c.done_at, null, 0, false, null
    from stg_accepted_projects p
    left join collected c on c.project_id = p.project_id
    left join dim_accounts d on d.customer_id = p.customer_id and d.valid_from <= p.accepted_on and p.accepted_on < d.valid_to
    union all
    select 'tier_notice' as duty, t.customer_id || '/' || cast(t.effective_from as varchar), 1, null, t.customer_id, coalesce(d.account_no, 0), null, 'request', 'normal',
        cast(t.valid_from as timestamp), cast(t.valid_from as timestamp), t.notified_at, null, 0, false, null
    from stg_tier_changes t
    left join dim_accounts d on d.customer_id = t.customer_id and d.valid_from <= t.valid_from and t.valid_from < d.valid_to
    union all
    select 'progress' as duty, f.subject_id, f.subject_no, s.case_id, null, f.account_no, f.class_no, k.kind, k.severity,
        f.created_at, case when s.is_first and f.created_at < s.started_at then f.created_at else s.started_at end, s.updated_at, s.resolved_at, 0, true,
        f.excluded_reason
    from stg_progress_spans s
    left join fct_reopened_cases r on r.case_id = s.case_id and r.valid_from <= s.started_at and s.started_at < r.valid_to
    join fct_cases f on f.subject_id = coalesce(r.subject_id, s.case_id)
    join dim_classes k on k.class_no = f.class_no
),
clocked as (
    select c.*,
        cast(c.started_at as date) as started_on,
        cast(c.ruled_at as date) as ruled_on,
        d0.day_s + extract(hour from c.started_at) * 3600 + extract(minute from c.started_at) * 60
            + cast(extract(second from c.started_at) as bigint) as s0,
        d1.day_s + extract(hour from c.last_at) * 3600 + extract(minute from c.last_at) * 60
            + cast(extract(second from c.last_at) as bigint) as s1,
        d0.work_before_s as b0, d0.open1_s as o01, d0.close1_s as c01, d0.open2_s as o02, d0.close2_s as c02,
        d0.open3_s as o03, d0.close3_s as c03, d0.day_no as day0, d0.work_no as work0,
        d1.work_before_s as b1, d1.open1_s as o11, d1.close1_s as c11, d1.open2_s as o12, d1.close2_s as c12,
        d1.open3_s as o13, d1.close3_s as c13, d1.day_no as day1, d1.work_no as work1, d1.work_no_next as worked1
    from (
        select s.*, coalesce(s.done_at, s.ended_at, r.as_of) as last_at
        from starts s
        cross join run_info r
    ) c
    left join calendar_days d0 on d0.day = cast(c.started_at as date)
    left join calendar_days d1 on d1.day = cast(c.last_at as date)
),
ruled as (
    select c.*,
        b0 + greatest(0, least(s0, c01) - o01) + greatest(0, least(s0, c02) - o02) + greatest(0, least(s0, c03) - o03) as f0,
        b1 + greatest(0, least(s1, c11) - o11) + greatest(0, least(s1, c12) - o12) + greatest(0, least(s1, c13) - o13) as f1,
        a.customer_no, a.valid_from as held_from, a.valid_to as held_to,
        case when l.limit_s is not null and l.clock = 'working' then 1 when l.limit_s is not null then 2
            when l.limit_days is null then null when l.clock = 'working' then 3 else 4 end as measure,
        coalesce(l.limit_s, l.limit_days) as limit_x,
        l.rule_version
    from clocked c
    left join dim_accounts a on a.account_no = c.account_no
    left join rule_limits l on l.rule = c.duty and l.kind = c.kind and l.severity = c.severity and l.tier = coalesce(a.tier, 0)
        and l.valid_from <= c.ruled_on and c.ruled_on < l.valid_to
),
paused as ( -- p0, p1: what pauses had taken of each clock by the start and by the act
    select c.*,
        coalesce(p0.before_s + least(coalesce(p0.to_s, c.s0), c.s0) - p0.from_s, 0) as p0_s,
        coalesce(p0.before_f + least(coalesce(p0.to_f, c.f0), c.f0) - p0.from_f, 0) as p0_f,
        coalesce(p0.before_day + least(coalesce(p0.to_day, c.day0), c.day0) - p0.from_day, 0) as p0_day,
        coalesce(p0.before_work + least(coalesce(p0.to_work, c.work0), c.work0) - p0.from_work, 0) as p0_work,
        coalesce(p1.before_s + least(coalesce(p1.to_s, c.s1), c.s1) - p1.from_s, 0) as p1_s,
        coalesce(p1.before_f + least(coalesce(p1.to_f, c.f1), c.f1) - p1.from_f, 0) as p1_f,
        coalesce(p1.before_day + least(coalesce(p1.to_day, c.day1), c.day1) - p1.from_day, 0) as p1_day,
        coalesce(p1.before_work + least(coalesce(p1.to_work, c.work1), c.work1) - p1.from_work, 0) as p1_work
    from ruled c
    left join fct_case_pauses p0 on p0.case_id = c.paused_case and p0.subject_no = c.subject_no and p0.from_s < c.s0 and c.s0 <= p0.next_s
    left join fct_case_pauses p1 on p1.case_id = c.paused_case and p1.subject_no = c.subject_no and p1.from_s < c.s1 and c.s1 <= p1.next_s
),
measured as ( -- net_x: the reading of the limit's clock at the start, without pauses; days end with their last second
    select c.duty, c.parent_id, c.subject_no, c.paused_case, c.customer_id, c.account_no, c.class_no, c.started_at, c.started_on, c.done_at,
        c.ended_at, c.repeats, c.reason, c.customer_no, c.held_from, c.held_to, c.measure, c.limit_x, c.rule_version, c.s0,
        case measure when 1 then f0 - p0_f + excused_s when 2 then s0 - p0_s + excused_s
            when 3 then work0 - p0_work + 1 else day0 - p0_day + 1 end as net_x,
        case measure when 1 then p1_f when 2 then p1_s when 3 then p1_work else p1_day end as paused_x,
        case measure when 1 then p0_f when 2 then p0_s when 3 then p0_work else p0_day end as waited_x,
        greatest(0, case measure when 1 then f1 - f0 - (p1_f - p0_f) - excused_s when 2 then s1 - s0 - (p1_s - p0_s) - excused_s
            when 3 then worked1 - work0 - (p1_work - p0_work) else day1 - day0 - (p1_day - p0_day) end) as took_x,
        greatest(0, s1 - s0 - (p1_s - p0_s) - excused_s) as took_s,
        greatest(0, f1 - f0 - (p1_f - p0_f) - excused_s) as took_f
    from paused c
),
counts as (
    select d.day_no - f.day_no + 1 as part_no
    from calendar_days d
    cross join (select min(day_no) as day_no from calendar_days) f
    where d.day_no - f.day_no < 50
),
parts as ( -- an update that is not given in time is owed again
    select c.*, cast(1 as bigint) as part_no
    from measured c
    union all
    select c.*, n.part_no
    from measured c
    join counts n on n.part_no > 1 and (n.part_no - 1) * c.limit_x < c.took_x
    where c.repeats and c.reason is null and c.limit_x < c.took_x
),
shifted as (
    select c.*,
        case when e.shift_x is null then 0
            when c.done_at is not null then least(e.shift_x, greatest(c.paused_x, c.waited_x))
            else e.shift_x end as shift_x
    from parts c
    left join fct_case_extensions e on e.case_id = c.paused_case and e.subject_no = c.subject_no and e.measure = c.measure
        and e.net_x < c.net_x + c.part_no * c.limit_x and c.net_x + c.part_no * c.limit_x <= e.next_net_x
),
known as (
    select c.*,
        case when shift_x < 90000000000 then net_x + part_no * limit_x + shift_x end as due_x,
        coalesce(done_at is not null and took_x <= part_no * limit_x, false) as met
    from shifted c
),
dated as (
    select c.*, w.day as due_day,
        case when w.from_s is not null then c.started_at + (w.from_s + (c.due_x - w.from_x) - c.s0) * interval '1' second
            else w.day + interval '1' day end as due_at
    from known c
    left join dim_clock_ends w on w.bucket_x = case when c.due_x is null then 0 when c.measure = 1 then 1000000000000 + c.due_x - c.due_x % 3600
            when c.measure = 2 then 2000000000000 else 1000000000000 * c.measure + c.due_x end
        and w.from_x < coalesce(c.due_x, 0) and coalesce(c.due_x, 0) <= w.to_x
),
judged as (
    select c.*, coalesce(c.due_day, cast(c.due_at as date)) as due_on,
        case when reason is not null then reason
            when measure is null then 'rule_unset'
            when due_x is null then 'paused'
            when done_at is null and (ended_at < due_at or ended_at = due_at and measure < 3) then 'ended' end as excluded_reason
    from dated c
),
owed as (
    select c.*, greatest(c.started_on, case when c.due_on is not null and (c.done_at is null or c.due_on < cast(c.done_at as date)) then c.due_on
        when c.done_at is not null then cast(c.done_at as date) else c.started_on end) as accountable_on
    from judged c
),
handed as (
    select c.duty, c.parent_id, c.part_no, c.customer_id, c.account_no, c.class_no, c.started_at, c.due_x, c.due_at, c.due_on, c.done_at, c.met,
        c.took_s, c.took_f, c.measure, c.rule_version, c.repeats, c.excluded_reason, c.accountable_on,
        case when accountable_on >= held_to or accountable_on < held_from then customer_no end as next_customer_no
    from owed c
),
numbered as (
    select c.*, row_number() over (partition by c.parent_id order by c.due_x nulls last, c.started_at nulls last, c.part_no nulls last) as place
    from handed c
    where c.repeats and (c.excluded_reason is null or c.excluded_reason <> 'ended')
    union all
    select c.*, 1
    from handed c
    where not c.repeats
)
select
    c.duty,
    case when c.repeats then c.parent_id || '/' || cast(c.place as varchar) else c.parent_id end as subject_id,
    c.customer_id, c.class_no, coalesce(n.account_no, c.account_no) as account_no,
    case when c.due_at is not null and (c.done_at is null or c.due_at < c.done_at) then c.due_at
        when c.done_at > c.started_at then c.done_at else c.started_at end as accountable_at,
    c.started_at, c.due_at, c.due_on, c.done_at, c.met,
    case when c.done_at is not null then c.took_s end as took_calendar_s, case when c.done_at is not null then c.took_f end as took_work_s, c.rule_version,
    coalesce(c.measure in (3, 4), false) as ends_with_day, c.excluded_reason
from numbered c
left join dim_accounts n on n.customer_no = c.next_customer_no and n.valid_from <= c.accountable_on and c.accountable_on < n.valid_to
where c.place <= 50
