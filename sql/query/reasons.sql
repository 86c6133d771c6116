-- about: how many rows of a slice count ('') and how many each reason keeps out
select coalesce(excluded_reason, ''), count(*)
from {{.View}}
where {{.Where}}
group by 1
order by 2 desc, 1
