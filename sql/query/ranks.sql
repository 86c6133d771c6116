-- about: the order statistics that each group needs, by its own size, of one measure view
-- Two passes and no sort of rows: the first counts durations by the hour and so finds the hours in which the wanted
-- ranks lie, the second counts the distinct durations within those hours only.
with windows(w, starts, ends, ym) as (values {{.Windows}}),
wanted(n, r) as (values {{.Ranks}}),
slice as not materialized (
  select
    windows.w{{range .Dims}},
    coalesce(cast(m.{{.}} as varchar), '') as d_{{.}}{{end}},
    m.value - m.value % 3600 as bucket,
    m.value
  from {{.View}} as m
  join windows on {{.On}}
  where {{.Where}} and m.excluded_reason is null and m.value is not null
),
buckets as (
  select w{{range .Dims}}, d_{{.}}{{end}}, bucket, count(*) as times
  from slice
  group by {{.SubjectGroups}}
),
running as (
  select *,
    sum(times) over (partition by w{{range .Dims}}, d_{{.}}{{end}} order by bucket) as upto,
    sum(times) over (partition by w{{range .Dims}}, d_{{.}}{{end}}) as n
  from buckets
),
hits as (
  select w{{range .Dims}}, d_{{.}}{{end}}, bucket, upto - times as below, wanted.r
  from running
  join wanted on wanted.n = running.n and wanted.r > upto - times and wanted.r <= upto
),
found as (
  select distinct w{{range .Dims}}, d_{{.}}{{end}}, bucket, below from hits
),
counts as (
  select w{{range .Dims}}, d_{{.}}{{end}}, bucket, below, value, count(*) as times
  from slice
  join found using (w{{range .Dims}}, d_{{.}}{{end}}, bucket)
  group by all
),
ranked as (
  select *, below + sum(times) over (partition by w{{range .Dims}}, d_{{.}}{{end}}, bucket order by value) as upto
  from counts
)
select w{{range .Dims}}, d_{{.}}{{end}}, r, value
from ranked
join hits using (w{{range .Dims}}, d_{{.}}{{end}}, bucket)
where r > upto - times and r <= upto
