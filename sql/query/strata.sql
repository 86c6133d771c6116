-- about: counts of one measure view by category and value, per window and asked dimensions; the category of one month is not
--   that of another: a stratum is drawn anew each month
with windows(w, starts, ends, ym) as (values {{.Windows}})
select
  windows.w{{range .Dims}},
  coalesce(cast(m.{{.}} as varchar), '') as d_{{.}}{{end}},
  coalesce(m.category, ''), year(m.anchor_on) * 100 + month(m.anchor_on), coalesce(m.value, 0),
  count(*) filter (where m.excluded_reason is null),
  count(*) filter (where m.excluded_reason is not null),
  count(*) filter (where m.excluded_reason = 'rule_unset'),
  cast(coalesce(sum(m.num) filter (where m.excluded_reason is null), 0) as bigint)
from {{.View}} as m
join windows on {{.On}}
where {{.Where}}
group by {{.Groups}}
