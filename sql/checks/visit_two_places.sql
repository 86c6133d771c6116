-- about: visits of one manager to two customers at the same time, waiting for review
-- name_zh: 同一客户经理同一时间在两处走访（待核查）
-- name_en: A manager visits two places at once (to be reviewed)
-- blocking: no
select visit_id, visitor_id, customer_id, started_at from fct_visits where invalid_reason = 'two_places'
