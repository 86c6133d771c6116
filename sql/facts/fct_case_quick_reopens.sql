-- about: one row per subject of a case whose resolve was taken back within an hour (watch list of resolves that only stop the
--   clock)
-- key: subject_id
select distinct case when m.subject_no = 1 then m.case_id else m.case_id || '#' || cast(m.subject_no as varchar) end as subject_id
from fct_case_moves m
where m.event_type = 'reopen' and not m.is_late and m.event_s <= m.before_s + 3600
