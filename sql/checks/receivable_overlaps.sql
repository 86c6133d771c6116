-- about: invoices that are open twice on one day
-- name_zh: 一张账单一天只有一个余额
-- name_en: An invoice has one balance a day
-- blocking: yes
select bill_id, from_on, to_on, next_from from (
  select bill_id, from_on, to_on, lead(from_on) over (partition by bill_id order by from_on) as next_from from fct_receivables
)
where next_from < to_on or to_on <= from_on
