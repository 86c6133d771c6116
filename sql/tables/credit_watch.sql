-- about: the customers with arrears, broken promises to pay or a balance above their credit limit, at the end of the period
-- name_zh: 信用关注
-- name_en: Credit watch
-- columns: customer customer, manager manager, tier tier, balance_fen fen, overdue_fen fen, to_thirty_fen fen, to_ninety_fen fen, older_fen fen,
--   oldest_on date, disputed_fen fen, promises count, promised_fen fen, limit_fen fen, over_fen fen, reviewed_on date
-- columns_zh: 客户, 客户经理, 级别, 应收余额, 逾期, 逾期30天内, 逾期31至90天, 逾期90天以上, 最早到期日, 争议中, 失约账单, 失约金额, 信用额度, 超额度, 额度复核日期
-- columns_en: Customer, Manager, Tier, Balance, Overdue, To 30 days, 31 to 90 days, Over 90 days, Oldest due date, In dispute, Broken promises, Promised,
--   Credit limit, Above the limit, Limit reviewed
-- note_zh: 余额为期末（未结束的周期为计算基准日）未收的全部账单；争议中的不计入逾期。失约：约定了付款日、到期仍未付清的账单。
-- note_en: The balance is all that is open on the period's last day (of an open period on the day computed for); what is in dispute is not
--   overdue. A broken promise is a bill with an agreed date of payment that has passed and is still open.
-- needs: bills.due_on
-- order: overdue_fen desc, over_fen desc, customer
-- source: 客户经理工作手册
with open_bill as (
  select r.customer_id, r.open_fen, r.due_on, a.last_on, coalesce(r.disputed_from <= a.last_on and a.last_on < r.disputed_to, false) as is_disputed,
    b.agreed_due_on is not null as is_promised
  from asked a
  join fct_receivables r on r.from_on <= a.last_on and a.last_on < r.to_on
  join fct_bills b on b.bill_id = r.bill_id
), bill as (
  select *, due_on < last_on and not is_disputed as is_overdue from open_bill
), balance as (
  select customer_id, sum(open_fen) as balance_fen, coalesce(sum(open_fen) filter (where is_overdue), 0) as overdue_fen,
    coalesce(sum(open_fen) filter (where is_overdue and due_on >= last_on - 30), 0) as to_thirty_fen,
    coalesce(sum(open_fen) filter (where is_overdue and due_on < last_on - 30 and due_on >= last_on - 90), 0) as to_ninety_fen,
    coalesce(sum(open_fen) filter (where is_overdue and due_on < last_on - 90), 0) as older_fen,
    min(due_on) filter (where is_overdue) as oldest_on, coalesce(sum(open_fen) filter (where is_disputed), 0) as disputed_fen,
    count(*) filter (where is_overdue and is_promised) as promises,
    coalesce(sum(open_fen) filter (where is_overdue and is_promised), 0) as promised_fen
  from bill
  group by customer_id
)
select b.customer_id as customer, s.manager_id as manager, s.tier, b.balance_fen, b.overdue_fen, b.to_thirty_fen, b.to_ninety_fen, b.older_fen,
  b.oldest_on, b.disputed_fen, b.promises, b.promised_fen, c.credit_limit_fen as limit_fen,
  case when c.credit_limit_fen is not null then greatest(b.balance_fen - c.credit_limit_fen, 0) end as over_fen,
  c.credit_reviewed_on as reviewed_on
from balance b
cross join asked a
join seen s on s.customer_id = b.customer_id and s.valid_from <= a.last_on and a.last_on < s.valid_to
left join dim_customers c on c.customer_id = b.customer_id
where b.overdue_fen > 0 or b.balance_fen > c.credit_limit_fen
