-- about: one row per settled invoice
-- id: IBM.days_late
-- of: IBM
-- main: no
-- name_zh: 逾期天数
-- name_en: Days late
-- family: receivables
-- kind: mean
-- over_time: sum
-- unit: days
-- direction: down
-- anchor_zh: 出账日期
-- anchor_en: day of issue
-- min_n: 10
-- needs: bills.issued_on, payments.paid_on
-- formula_zh: 超过到期日的平均天数，按期的记 0。
-- formula_en: Mean days past the due date; 0 when in time.
-- source: 本系统建议
select b.bill_id as subject_id, 'customer' as subject_kind, cast(null as varchar) as period_kind,
  cast(b.issued_on as timestamp) as event_at, b.issued_on as anchor_on, b.settled_on as mature_on, b.issued_on as original_on,
  b.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  case when s.day_no > d.day_no then s.day_no - d.day_no else 0 end as num, cast(1 as bigint) as den,
  cast(null as bigint) as value, cast(null as varchar) as excluded_reason
from fct_bills b
join dim_accounts a on a.account_no = b.account_no
join calendar_days i on i.day = b.issued_on
join calendar_days d on d.day = b.due_on
join calendar_days s on s.day = b.settled_on
where b.kind = 'normal'
