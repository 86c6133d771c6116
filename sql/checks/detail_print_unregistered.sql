-- about: the prints of call details that nobody registered: a suspicion for the red lines, to be heard before it is confirmed
-- name_zh: 所有详单打印都已登记
-- name_en: Every print of call details was registered
-- blocking: no
select print_id, printed_at, printed_by, customer_id, purpose from stg_detail_prints
