-- about: the complaints that were not answered within the statutory days: a suspicion for the red lines, to be heard before it
--   is confirmed
-- name_zh: 所有投诉都在法定时限内答复
-- name_en: Every complaint was answered within the statutory days
-- blocking: no
select subject_id, customer_id, manager_id, unassigned_reason, due_on, done_at from m_d2_statutory where num < den
