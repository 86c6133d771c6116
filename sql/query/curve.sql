-- about: what is at risk and what is lost at each end of a row, per window and asked dimensions, of one measure view whose rows are
-- observed from entry_days to value; a row that ends before it is observed is never at risk
with windows(w, starts, ends, ym) as (values {{.Windows}}),
slice as (
  select
    windows.w{{range .Dims}},
    coalesce(cast(m.{{.}} as varchar), '') as d_{{.}}{{end}},
    m.entry_days, m.value, m.num, m.den
  from {{.View}} as m
  join windows on {{.On}}
  where {{.Where}} and m.excluded_reason is null and m.value > m.entry_days
),
moves as (
  select w{{range .Dims}}, d_{{.}}{{end}}, entry_days as t, den as came, 0 as lost, 0 as ends from slice
  union all
  select w{{range .Dims}}, d_{{.}}{{end}}, value, -den, num, 1 from slice
),
daily as (
  select w{{range .Dims}}, d_{{.}}{{end}}, t, sum(came) as came, sum(lost) as lost, sum(ends) as ends
  from moves
  group by {{.SubjectGroups}}
),
running as (
  select *, sum(came) over (partition by w{{range .Dims}}, d_{{.}}{{end}} order by t rows between unbounded preceding and 1 preceding) as at_risk
  from daily
)
select w{{range .Dims}}, d_{{.}}{{end}}, cast(t as bigint), cast(coalesce(at_risk, 0) as bigint), cast(lost as bigint)
from running
where ends > 0
order by {{.SubjectGroups}}
