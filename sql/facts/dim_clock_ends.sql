-- about: where a reading of each clock lies: in (from_x, to_x] of its bucket, which is 1,000,000,000,000 times the measure of
--   dim_limits plus the reading (of working seconds: rounded down to the hour); bucket 0 is that of no reading. from_s is
--   the second of from_x; NULL with the day: the end of that day. Working days end when work ends
-- key: bucket_x, from_x
select 1000000000000 + bucket as bucket_x, f_from as from_x, f_to as to_x, open_s as from_s, day
from calendar_work
union all
select 2000000000000, -99999999999, 99999999999, -99999999999, null
union all
select 3000000000001 + work_no, work_no, work_no + 1,
    case when open3_s < close3_s then close3_s when open2_s < close2_s then close2_s else close1_s end - 1, day
from calendar_days
where is_workday
union all
select 4000000000001 + day_no, day_no, day_no + 1, null, day
from calendar_days
union all
select 0, -99999999999, 99999999999, null, null -- where no limit is, or it is not known when it ends
