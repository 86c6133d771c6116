-- about: sums of measure rows per measure, window and asked dimensions, of the cube or of measure views
-- This is a text/template: the door fills in column names it knows; every value is a bound argument.
with windows(w, ym, days) as (values {{.Windows}})
select
  s.kpi,
  windows.w,
  case when {{.Exposure}} then windows.days else 0 end as days{{range .Dims}},
  coalesce(cast(s.{{.}} as varchar), '') as d_{{.}}{{end}},
  cast(coalesce(sum(s."rows") filter (where s.excluded_reason is null), 0) as bigint) as counted,
  cast(coalesce(sum(s."rows") filter (where s.excluded_reason is not null), 0) as bigint) as excluded,
  cast(coalesce(sum(s."rows") filter (where s.excluded_reason = 'rule_unset'), 0) as bigint) as unset,
  cast(coalesce(sum(s.num) filter (where s.excluded_reason is null), 0) as varchar) as num,
  cast(coalesce(sum(s.den) filter (where s.excluded_reason is null), 0) as varchar) as den,
  cast(coalesce(sum(s.num_sq) filter (where s.excluded_reason is null), 0) as varchar) as num_sq
from {{.Source}} as s
join windows on windows.ym = s.ym
where {{.Where}}
group by {{.Groups}}
