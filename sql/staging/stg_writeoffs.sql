-- about: one row per bill that was written off by the run's business day, with the first day and the whole amount
select w.bill_id, min(w."on") as written_off_on, cast(sum(w.amount_fen) as bigint) as written_off_fen
from raw.writeoffs w
cross join run_info r
where w.superseded_by is null and w."on" <= r.as_of_on
group by w.bill_id
