-- about: sums over independent subjects (customers, or cohort members) per window and asked dimensions, of one measure view
with windows(w, starts, ends, ym) as (values {{.Windows}}),
slice as (
  select
    windows.w{{range .Dims}},
    coalesce(cast(m.{{.}} as varchar), '') as d_{{.}}{{end}},
    {{.Cluster}} as subject,
    m.num, m.den, m.excluded_reason
  from {{.View}} as m
  join windows on {{.On}}
  where {{.Where}}
),
subjects as (
  select
    w{{range .Dims}}, d_{{.}}{{end}}, subject,
    count(*) filter (where excluded_reason is null) as counted,
    count(*) filter (where excluded_reason is not null) as excluded,
    count(*) filter (where excluded_reason = 'rule_unset') as unset,
    sum(num) filter (where excluded_reason is null) as n,
    sum(den) filter (where excluded_reason is null) as d
  from slice
  group by {{.SubjectGroups}}
)
select
  w{{range .Dims}}, d_{{.}}{{end}},
  cast(sum(counted) as bigint), cast(sum(excluded) as bigint), cast(sum(unset) as bigint),
  count(*) filter (where subject is not null and (n <> 0 or d <> 0)),
  count(*) filter (where n > d),
  cast(coalesce(sum(n), 0) as varchar), cast(coalesce(sum(d), 0) as varchar),
  cast(coalesce(sum(n * n), 0) as varchar), cast(coalesce(sum(n * d), 0) as varchar), cast(coalesce(sum(d * d), 0) as varchar)
from subjects
group by {{.Groups}}
