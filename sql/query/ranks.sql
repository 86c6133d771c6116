-- about: the order statistics that each group needs, by its own size: for many groups, one sort
with windows(w, starts, ym) as (values {{.Windows}}),
wanted(n, r) as (values {{.Ranks}}),
slice as (
  select
    windows.w{{range .Dims}},
    coalesce(cast(m.{{.}} as varchar), '') as d_{{.}}{{end}},
    m.value
  from {{.View}} as m
  join windows on {{.On}}
  where {{.Where}} and m.excluded_reason is null and m.value is not null
),
ranked as (
  select *,
    row_number() over (partition by w{{range .Dims}}, d_{{.}}{{end}} order by value) as rn,
    count(*) over (partition by w{{range .Dims}}, d_{{.}}{{end}}) as n
  from slice
)
select w{{range .Dims}}, d_{{.}}{{end}}, rn, value
from ranked
join wanted on wanted.n = ranked.n and wanted.r = ranked.rn
