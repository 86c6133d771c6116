-- about: chosen order statistics of durations per window and asked dimensions, for few groups: one pass, no sort
with windows(w, starts, ym) as (values {{.Windows}})
select
  windows.w{{range .Dims}},
  coalesce(cast(m.{{.}} as varchar), '') as d_{{.}}{{end}},
  cast(quantile_disc(m.value, [{{.Quantiles}}]) as varchar)
from {{.View}} as m
join windows on {{.On}}
where {{.Where}} and m.excluded_reason is null and m.value is not null
group by {{.Groups}}
