-- about: counts and sums of durations per window and asked dimensions, of one measure view
with windows(w, starts, ends, ym) as (values {{.Windows}})
select
  windows.w{{range .Dims}},
  coalesce(cast(m.{{.}} as varchar), '') as d_{{.}}{{end}},
  count(*) filter (where m.excluded_reason is null and m.value is not null),
  count(*) filter (where m.excluded_reason is not null),
  count(*) filter (where m.excluded_reason = 'rule_unset'),
  cast(coalesce(sum(m.num) filter (where m.excluded_reason is null and m.value is not null), 0) as varchar),
  cast(coalesce(sum(m.den) filter (where m.excluded_reason is null and m.value is not null), 0) as varchar)
from {{.View}} as m
join windows on {{.On}}
where {{.Where}}
group by {{.Groups}}
