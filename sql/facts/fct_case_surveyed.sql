-- about: one row per case about which a survey was sent, delivered or not (watch list of surveys that are sent by outcome)
-- key: case_id
select distinct case_id from fct_surveys where case_id is not null and sent_at is not null
