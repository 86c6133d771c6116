-- about: One row per case, with its first human contact that the customer can see (R5), its last resolve, and why it
--   counts nowhere. A wide column speaks for an event type that has no reported event of its own.
select
    c.case_id, c.customer_id, c.kind, coalesce(c.severity, 'normal') as severity, nullif(c.category, '') as category, c.channel,
    c.created_at,
    least(
        f.contact_at,
        case when not coalesce(f.has_respond, false) and c.first_response_at <= r.as_of then c.first_response_at end,
        case when not coalesce(f.has_resolve, false) and c.resolved_at <= r.as_of then c.resolved_at end,
        case when not coalesce(f.has_callback, false) and c.callback_result <> 'unreached' and c.callback_at <= r.as_of
            then c.callback_at end
    ) as contact_at,
    case
        when f.has_resolve then f.resolved_at
        when c.resolved_at <= r.as_of then c.resolved_at
    end as resolved_at,
    c.resolution,
    s.survivor_id,
    case
        when s.reason is not null then s.reason
        when c.invalid_reason is not null then 'invalid'
        when c.is_test then 'test'
        when c.initiated_by = 'manager' then 'manager_initiated'
    end as excluded_reason,
    c.initiated_by,
    c.recoded_at,
    coalesce(c.recoded_at <= c.created_at + interval 24 hour and c.recoded_by is not null
        and c.recoded_by is distinct from c.manager_id and c.recoded_by is distinct from c.first_receiver_id
        and coalesce(c.manager_id, c.first_receiver_id) is not null, false) as recoded
from stg_case_wide c
cross join run_info r
left join stg_case_firsts f on f.case_id = c.case_id
left join stg_case_survivors s on s.case_id = c.case_id
