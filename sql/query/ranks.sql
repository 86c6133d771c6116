-- about: the order statistics that each group needs, by its own size, from a count of every distinct duration
-- One pass and a sort of the distinct values only: at company grain 30 times fewer than the rows.
with windows(w, starts, ym) as (values {{.Windows}}),
wanted(n, r) as (values {{.Ranks}}),
counts as (
  select
    windows.w{{range .Dims}},
    coalesce(cast(m.{{.}} as varchar), '') as d_{{.}}{{end}},
    m.value,
    count(*) as times
  from {{.View}} as m
  join windows on {{.On}}
  where {{.Where}} and m.excluded_reason is null and m.value is not null
  group by {{.SubjectGroups}}
),
running as (
  select *,
    sum(times) over (partition by w{{range .Dims}}, d_{{.}}{{end}} order by value) as upto,
    sum(times) over (partition by w{{range .Dims}}, d_{{.}}{{end}}) as n
  from counts
)
select w{{range .Dims}}, d_{{.}}{{end}}, wanted.r, value
from running
join wanted on wanted.n = running.n and wanted.r > upto - times and wanted.r <= upto
