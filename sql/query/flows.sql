-- about: how many rows of a slice have each category; what came in or went out is no member that counts, but part of the flow
select category, count(*)
from {{.View}}
where {{.Where}} and category is not null and (excluded_reason is null or excluded_reason in ('new', 'lost'))
group by 1
order by 1
