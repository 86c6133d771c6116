-- about: what the company spends on each tier, beside what the tier brings in
-- name_zh: 各级别服务资源
-- name_en: Resources by tier
-- columns: tier tier, customers count, managers count, load quotient customers/managers, visits count, visits_each quotient visits/customers,
--   events count, calls_s seconds, cases count, cases_s seconds, case_each quotient cases_s/cases, revenue_fen fen, revenue_each quotient revenue_fen/customers
-- columns_zh: 级别, 客户数, 客户经理数, 每经理客户数, 有效走访, 每客户走访, 联动服务, 通话时长, 解决工单, 工单处理时长（工作时间）, 每单处理时长, 经常性收入, 每客户收入
-- columns_en: Tier, Customers, Managers, Customers a manager, Valid visits, Visits a customer, Linked service, Calls, Cases solved, Time on cases (working hours),
--   Time a case, Recurring revenue, Revenue a customer
-- note_zh: 客户数为期末在网客户；客户经理为期内负责过该级别客户的人，一人可在多行，故各行不可相加。走访、通话、工单、收入按发生时的级别归入；处理时长为从受理到解决的工作时间，不是投入工时。
-- note_en: Customers are those active at the end; managers are those who had customers of the tier at some time of the period, so one may
--   stand in several lines: these do not add up. Visits, calls, cases and revenue belong to the tier of their own day. Time on cases is
--   working time from receipt to resolve, not effort.
-- needs: tier_history.tier
-- order: tier
-- source: 客戶服務分級管理辦法
with part as (
  select s.tier, count(distinct s.customer_id) as customers, 0 as managers, 0 as visits, 0 as events, 0 as calls_s, 0 as cases, 0 as cases_s, 0 as revenue_fen
  from asked a
  join seen s on s.valid_from <= a.last_on and a.last_on < s.valid_to
  join fct_activity v on v.customer_id = s.customer_id and v.valid_from <= a.last_on and a.last_on < v.valid_to
  group by s.tier
  union all
  select s.tier, 0, count(distinct s.manager_id), 0, 0, 0, 0, 0, 0
  from asked a
  join seen s on s.valid_from <= a.last_on and a.starts_on < s.valid_to
  join fct_activity v on v.customer_id = s.customer_id and v.valid_from <= a.last_on and a.starts_on < v.valid_to
    and v.valid_from < s.valid_to and s.valid_from < v.valid_to
  group by s.tier
  union all
  select s.tier, 0, 0, count(*), 0, 0, 0, 0, 0
  from asked a
  join fct_visits v on a.starts_on <= v.started_on and v.started_on < a.ends_on and v.invalid_reason is null
  join seen s on s.account_no = v.account_no
  group by s.tier
  union all
  select s.tier, 0, 0, 0, count(*), 0, 0, 0, 0
  from asked a
  join fct_service_events e on a.starts_on <= e.held_on and e.held_on < a.ends_on and e.is_held
  join seen s on s.account_no = e.account_no
  group by s.tier
  union all
  select s.tier, 0, 0, 0, 0, coalesce(sum(c.seconds), 0), 0, 0, 0
  from asked a
  join fct_calls c on a.starts_on <= c.started_on and c.started_on < a.ends_on
  join seen s on s.account_no = c.account_no
  group by s.tier
  union all
  select s.tier, 0, 0, 0, 0, 0, count(*), coalesce(sum(c.resolve_work_s), 0), 0
  from asked a
  join fct_cases c on a.starts_on <= cast(c.resolved_at as date) and cast(c.resolved_at as date) < a.ends_on and c.excluded_reason is null
  join seen s on s.account_no = c.account_no
  group by s.tier
  union all
  select s.tier, 0, 0, 0, 0, 0, 0, 0, sum(v.revenue_fen)
  from asked a
  join calendar_periods m on m.period_kind = 'month' and a.starts_on <= m.starts_on and m.starts_on < a.ends_on
  join fct_revenue_months v on v.ym = m.first_ym
  join seen s on s.customer_id = v.customer_id and s.valid_from < m.ends_on and m.ends_on <= s.valid_to
  group by s.tier
)
select tier, sum(customers) as customers, sum(managers) as managers, sum(visits) as visits, sum(events) as events, sum(calls_s) as calls_s,
  sum(cases) as cases, sum(cases_s) as cases_s, sum(revenue_fen) as revenue_fen
from part
group by tier
