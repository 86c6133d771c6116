-- about: the cases that were answered before they were created, counted as 0 seconds (edge 5): often imported mail
-- name_zh: 没有早于创建的响应
-- name_en: No response is older than its case
-- blocking: no
select subject_id, created_at, response_at
from fct_cases
where responded_before_created
