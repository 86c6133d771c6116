-- about: one row per kind, severity and tier of a case and stretch of days [valid_from, valid_to) in which both its limits
--   are constant: that of the first response and that of the resolution, each with its clock (working or calendar), the
--   measure it is read on (1 working seconds, 2 seconds of the calendar, 3 working days, 4 days; NULL: no rule sets it), its
--   length in that measure and the version of its rule
-- order: limits_no
-- key: limits_no
with term as (
    select *,
        case when limit_s is not null and clock = 'working' then 1 when limit_s is not null then 2
            when clock = 'working' then 3 else 4 end as measure,
        coalesce(limit_s, limit_days) as length_x
    from rule_limits
    where limit_s is not null or limit_days is not null
),
bound as (
    select kind, severity, tier, valid_from as day from term
    union
    select kind, severity, tier, valid_to from term
),
stretch as (
    select kind, severity, tier, day as valid_from,
        lead(day) over (partition by kind, severity, tier order by day nulls last) as valid_to
    from bound
)
select
    cast(row_number() over (order by s.kind nulls last, s.severity nulls last, s.tier nulls last, s.valid_from nulls last) as integer) as limits_no,
    s.kind, s.severity, s.tier, s.valid_from, s.valid_to,
    a.clock as response_clock, a.measure as response_measure, a.length_x as response_limit, a.rule_version as response_rule_version,
    b.clock as resolution_clock, b.measure as resolution_measure, b.length_x as resolution_limit, b.rule_version as resolution_rule_version
from stretch s
left join term a on a.rule = 'first_response' and a.kind = s.kind and a.severity = s.severity and a.tier = s.tier
    and a.valid_from <= s.valid_from and s.valid_from < a.valid_to
left join term b on b.rule = 'resolution' and b.kind = s.kind and b.severity = s.severity and b.tier = s.tier
    and b.valid_from <= s.valid_from and s.valid_from < b.valid_to
where s.valid_to is not null
