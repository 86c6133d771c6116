-- about: one row per manager and stretch of days [valid_from, valid_to) in which team, role and certificate are constant; the stretches
--   of a manager cover every day: before the first version nothing is known, and after the last day (left_on) the manager
--   is gone: what falls due then is nobody's (leaver). Facts about a person, not about a customer, take their team from
--   here as of their day. Who owns customers without being in the feed is a manager whose team is not known
-- order: manager_id, valid_from
-- key: manager_id, valid_from
with gone as (
  select manager_id, cast(left_on + interval '1' day as date) as gone_on from stg_managers where left_on is not null
)
select v.manager_id, v.valid_from, case when g.gone_on < v.valid_to then g.gone_on else v.valid_to end as valid_to,
  v.team, v.certified_until, false as is_gone, v.role
from stg_manager_versions v
left join gone g on g.manager_id = v.manager_id
where g.gone_on is null or v.valid_from < g.gone_on
union all
select manager_id, date '1900-01-01', min(valid_from), cast(null as varchar), cast(null as date), false, cast(null as varchar)
from stg_manager_versions
group by manager_id
having min(valid_from) > date '1900-01-01'
union all
select manager_id, gone_on, date '2199-12-31', cast(null as varchar), cast(null as date), true, cast(null as varchar)
from gone
union all
select distinct o.manager_id, date '1900-01-01', date '2199-12-31', cast(null as varchar), cast(null as date), false, cast(null as varchar)
from stg_owners o
left join stg_managers m on m.manager_id = o.manager_id
where o.manager_id is not null and m.manager_id is null
