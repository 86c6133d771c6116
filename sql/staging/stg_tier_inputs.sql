-- about: one row per quarter and customer with the assessed part of its complexity, "sites 3; bespoke 1; integration 2; manual
--   -5" (also with = and other separators): counts that no feed has, and points put on or taken off by hand
select customer_id, cast(quarter // 10 as varchar) || '-Q' || cast(quarter % 10 as varchar) as quarter, entered_by, approved_by,
  coalesce(try_cast(regexp_extract(parts, '(?i)\bsites\s*[=:： ]\s*(\d{1,6})', 1) as integer), 0) as sites,
  coalesce(try_cast(regexp_extract(parts, '(?i)\bbespoke\s*[=:： ]\s*(\d{1,6})', 1) as integer), 0) as bespoke,
  coalesce(try_cast(regexp_extract(parts, '(?i)\bintegration\s*[=:： ]\s*(\d{1,6})', 1) as integer), 0) as integration,
  coalesce(try_cast(regexp_extract(parts, '(?i)\bmanual\s*[=:： ]\s*([+-]?\d{1,3})', 1) as integer), 0) as manual_points
from raw.tier_inputs
where superseded_by is null
