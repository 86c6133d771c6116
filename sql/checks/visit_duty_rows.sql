-- about: visiting windows of a customer that are there twice or overlap a window of the same length
-- name_zh: 走访责任每客户每窗口一行
-- name_en: A customer has one duty a window
-- blocking: yes
select customer_id, window_months, starts_on from fct_visit_duties group by customer_id, window_months, starts_on having count(*) <> 1
