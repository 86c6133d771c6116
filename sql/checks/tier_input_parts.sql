-- about: assessed parts of complexity that cannot be read in whole: what is not sites, bespoke, integration or manual with a
--   number does not count
-- name_zh: 无法识别的复杂度分项（未识别部分不计）
-- name_en: Assessed parts of complexity that cannot be read (what is not read does not count)
-- blocking: no
select customer_id, quarter, parts
from raw.tier_inputs
where superseded_by is null and parts is not null
  and not regexp_full_match(regexp_replace(parts, '(?i)\b(sites|bespoke|integration|manual)\s*[=:： ]\s*[+-]?\d{1,6}', '', 'g'), '[\s;,；，、]*')
