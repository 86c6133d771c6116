-- about: invoices of which what is open now is not the amount less corrections, cash and write-offs (or nothing, where that is below zero)
-- name_zh: 应收余额等于账单减去冲减、缴费和核销
-- name_en: What is open of an invoice is its amount less corrections, cash and write-offs
-- blocking: yes
with moved as (
  select bill_id, sum(fen) as fen from (
    select bill_id, amount_fen + corrected_fen as fen from fct_invoices
    union all
    select c.bill_id, -c.fen from fct_cash c join fct_invoices i on i.bill_id = c.bill_id
    union all
    select w.bill_id, -w.written_off_fen from stg_writeoffs w join fct_invoices i on i.bill_id = w.bill_id
  ) m
  group by bill_id
)
select m.bill_id, greatest(m.fen, 0) as expected_fen, coalesce(s.open_fen, 0) as open_fen
from moved m
left join (select bill_id, sum(open_fen) as open_fen from fct_receivables where to_on = date '2199-12-31' group by bill_id) s on s.bill_id = m.bill_id
where greatest(m.fen, 0) <> coalesce(s.open_fen, 0)
