-- about: one row per issue raised on a visit, also before it falls due, with the account that answers for it: that of the day on
--   which it was settled or fell due, the earlier. due_on is the date of the feed, else visit_issue_days after it was
--   raised; an issue with neither is there from the day on which it was raised, reason rule_unset
-- key: issue_id
with owed as (
  select i.*, coalesce(i.due_on, d.day) as due_day, cast(i.finished_at as date) as finished_on,
    case when i.due_on is null and g.value is null then 'rule_unset' end as excluded_reason
  from stg_visit_issues i
  join calendar_days s on s.day = i.raised_on
  left join rule_params g on g.name = 'visit_issue_days' and g.valid_from <= i.raised_on and i.raised_on < g.valid_to
  left join calendar_days d on d.day_no = s.day_no + g.value
), placed as (
  select o.*, case when o.due_day is null then o.raised_on when o.finished_on < o.due_day then o.finished_on else o.due_day end as accountable_on
  from owed o
)
select p.issue_id, p.visit_id, p.customer_id, p.raised_at, p.finished_at, coalesce(p.due_day, p.raised_on) as due_on,
  coalesce(p.finished_on <= p.due_day, false) as is_met,
  p.excluded_reason,
  coalesce(a.account_no, 0) as account_no
from placed p
left join dim_accounts a on a.customer_id = p.customer_id and a.valid_from <= p.accountable_on and p.accountable_on < a.valid_to
