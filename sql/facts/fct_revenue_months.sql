-- about: one row per customer and account month with its recurring revenue in fen, credit notes booked to the month of
--   the bill they correct; bill_months are the account months that bills are loaded for
-- order: ym
select customer_id, booked_ym as ym, cast(sum(net_fen) as bigint) as revenue_fen
from fct_bills
where recurring
group by customer_id, booked_ym
