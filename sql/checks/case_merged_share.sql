-- about: the owners of whose cases more than a tenth is merged, duplicate or invalid, with at least 20 cases (R7: audit)
-- name_zh: 合并、重复、无效的工单不超过客户经理工单的一成
-- name_en: At most a tenth of an owner's cases is merged, duplicate or invalid
-- blocking: no
select a.manager_id, count(*) as cases,
    sum(case when f.excluded_reason in ('merged', 'duplicate', 'invalid') then 1 else 0 end) as left_out
from fct_cases f
join dim_accounts a on a.account_no = f.account_no
where a.manager_id is not null
group by a.manager_id
having count(*) >= 20 and 10 * sum(case when f.excluded_reason in ('merged', 'duplicate', 'invalid') then 1 else 0 end) > count(*)
