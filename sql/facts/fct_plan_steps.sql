-- about: One row per plan and step that it has gone through after its submission: the review (from the submission on) and the
--   acceptance by the customer (from the review on), with the working seconds that it took. A step that ended before it
--   began took none.
-- order: step, ended_on
-- key: step, subject_id
with steps as (
    select 'review' as step, case_id, plan_submitted_at as started_at, plan_reviewed_at as ended_at
    from stg_case_steps
    where plan_submitted_at is not null and plan_reviewed_at is not null
    union all
    select 'acceptance' as step, case_id, plan_reviewed_at, plan_accepted_at
    from stg_case_steps
    where plan_reviewed_at is not null and plan_accepted_at is not null
),
clocked as (
    select s.*, f.subject_id, f.account_no as first_account_no, f.class_no, f.excluded_reason, cast(s.ended_at as date) as ended_on,
        d0.day_s + extract(hour from s.started_at) * 3600 + extract(minute from s.started_at) * 60
            + cast(extract(second from s.started_at) as bigint) as s0,
        d1.day_s + extract(hour from s.ended_at) * 3600 + extract(minute from s.ended_at) * 60
            + cast(extract(second from s.ended_at) as bigint) as s1,
        d0.work_before_s as b0, d0.open1_s as o01, d0.close1_s as c01, d0.open2_s as o02, d0.close2_s as c02, d0.open3_s as o03, d0.close3_s as c03,
        d1.work_before_s as b1, d1.open1_s as o11, d1.close1_s as c11, d1.open2_s as o12, d1.close2_s as c12, d1.open3_s as o13, d1.close3_s as c13
    from steps s
    join fct_cases f on f.subject_id = s.case_id
    left join calendar_days d0 on d0.day = cast(s.started_at as date)
    left join calendar_days d1 on d1.day = cast(s.ended_at as date)
)
select c.step, c.subject_id, c.class_no, c.started_at, c.ended_at, c.ended_on, coalesce(a.account_no, 0) as account_no,
    cast(greatest(0, b1 + greatest(0, least(s1, c11) - o11) + greatest(0, least(s1, c12) - o12) + greatest(0, least(s1, c13) - o13)
        - b0 - greatest(0, least(s0, c01) - o01) - greatest(0, least(s0, c02) - o02) - greatest(0, least(s0, c03) - o03)) as bigint) as took_s,
    c.excluded_reason
from clocked c
join dim_accounts b on b.account_no = c.first_account_no
left join dim_accounts a on a.customer_no = b.customer_no and a.valid_from <= c.ended_on and c.ended_on < a.valid_to
