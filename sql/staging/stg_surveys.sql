-- about: one row per survey and question. A changed answer arrives as another version of its key: the last one within
--   survey_edit_hours of the first answer counts, later ones are only kept (A1). Scores of reversed scales are mirrored.
--   resolved_at is the last resolve of the case (or of the case it was merged into) before the survey was sent
-- materialized: table
with changed as (
  select distinct s.survey_id, s.question
  from raw.surveys s
  left join raw.batches later on later.batch_id = s.superseded_by
  where s.superseded_by is not null and (later.replaces is null or later.replaces <> s.batch_id)
), versions as (
  select s.*, min(case when s.answered_at <= r.as_of then s.answered_at end) over (partition by s.survey_id, s.question) as first_answered_at
  from raw.surveys s
  cross join run_info r
  join changed c on c.survey_id = s.survey_id and c.question is not distinct from s.question
  left join raw.batches later on later.batch_id = s.superseded_by
  where s.superseded_by is null or later.replaces is null or later.replaces <> s.batch_id
), allowed as (
  select v.*, row_number() over (
      partition by v.survey_id, v.question order by v.answered_at desc nulls last, v.superseded_by is null desc, v.batch_id desc,
        v.superseded_by desc, v.score desc nulls last, v.scale_min, v.scale_max, v.reversed) as place
  from versions v
  left join rule_params p on p.name = 'survey_edit_hours' and p.valid_from <= cast(v.first_answered_at as date)
    and cast(v.first_answered_at as date) < p.valid_to
  where v.superseded_by is null and (v.answered_at is null or p.value is null)
     or v.answered_at <= v.first_answered_at + to_hours(cast(p.value as bigint))
), answer as ( -- what counts of each current row: its own answer, or an earlier version's
  select c.*, case when a.survey_id is not null and c.answered_at is not null then a.answered_at else c.answered_at end as counted_at,
    case when a.survey_id is not null then a.score else c.score end as counted_score,
    coalesce(a.scale_min, c.scale_min) as low, coalesce(a.scale_max, c.scale_max) as high, coalesce(a.reversed, c.reversed, false) as is_reversed
  from raw.surveys c
  left join allowed a on a.survey_id = c.survey_id and a.question is not distinct from c.question and a.place = 1
  where c.superseded_by is null
), chosen as (
  select a.survey_id, a.question, a.customer_id, a.case_id, a.contact_id, coalesce(a.metric, 'csat') as metric,
    coalesce(a.kind, case when a.case_id is not null then 'transaction' else 'relationship' end) as survey_kind,
    case when a.sent_at <= r.as_of then a.sent_at end as sent_at, coalesce(a.delivery, 'delivered') as delivery,
    coalesce(a.staff, false) as is_staff, coalesce(a.voided, false) as is_voided,
    case when a.counted_at <= r.as_of then a.counted_at end as answered_at,
    coalesce(a.low, case when a.metric = 'nps' then 0 else 1 end) as scale_min,
    coalesce(a.high, case a.metric when 'nps' then 10 when 'ces' then 7 end) as scale_max,
    a.is_reversed, a.counted_score as score
  from answer a
  cross join run_info r
), asked as ( -- the cases that surveys are about, and those they were merged into
  select case_id from chosen where case_id is not null
  union
  select s.survivor_id from chosen c join stg_case_survivors s on s.case_id = c.case_id where s.survivor_id is not null
), of_case as (
  select w.case_id, w.kind, w.severity, w.category, w.department, w.resolved_at
  from stg_case_wide w
  join asked a on a.case_id = w.case_id
), resolve as (
  select g.case_id, g.event_at from stg_case_given g join asked a on a.case_id = g.case_id where g.event_type = 'resolve'
  union all
  select o.case_id, o.resolved_at
  from of_case o
  left join stg_case_firsts f on f.case_id = o.case_id
  where not coalesce(f.has_resolve, false)
), resolved as (
  select a.survey_id, a.question, max(e.event_at) as resolved_at
  from (
    select survey_id, question, case_id, coalesce(sent_at, answered_at) as until_at from chosen where survey_kind = 'transaction'
    union all
    select c.survey_id, c.question, s.survivor_id, coalesce(c.sent_at, c.answered_at)
    from chosen c join stg_case_survivors s on s.case_id = c.case_id
    where c.survey_kind = 'transaction'
  ) a
  join resolve e on e.case_id = a.case_id and e.event_at <= a.until_at
  cross join run_info r
  where e.event_at <= r.as_of
  group by a.survey_id, a.question
), scored as (
  select *, case when is_reversed then scale_min + scale_max - score else score end as mirrored,
    case when scale_max > scale_min and 12600 % (scale_max - scale_min) = 0 then 12600 // (scale_max - scale_min) end as step
  from chosen
)
select s.survey_id, s.question, s.survey_id || coalesce('/' || s.question, '') as subject_id, s.customer_id, s.case_id, s.contact_id,
  s.metric, s.survey_kind, s.sent_at, cast(s.sent_at as date) as sent_on, s.delivery, s.is_staff, s.is_voided,
  s.answered_at, cast(s.answered_at as date) as answered_on, cast(epoch(s.answered_at) as bigint) as answered_s,
  s.scale_min, s.scale_max, s.mirrored as score,
  case when s.step is not null and (s.mirrored - s.scale_min) * s.step = floor((s.mirrored - s.scale_min) * s.step)
    then cast((s.mirrored - s.scale_min) * s.step as bigint) end as points,
  v.resolved_at,
  case when s.survey_kind = 'transaction' then coalesce(v.resolved_at, s.sent_at, s.answered_at)
    else coalesce(s.sent_at, s.answered_at) end as event_at,
  coalesce(w.kind, s.survey_kind) as kind, w.severity, coalesce(s.question, w.category) as category, w.department
from scored s
left join resolved v on v.survey_id = s.survey_id and v.question is not distinct from s.question
left join of_case w on w.case_id = s.case_id
