-- about: the cases that were lost or doubled on their way from the loaded rows into fct_cases (R8: nothing is dropped)
-- name_zh: 每张工单恰好一行
-- name_en: Every case has exactly one row
-- blocking: yes
select loaded.cases as loaded_cases, made.cases as made_cases
from (
    select count(*) as cases
    from stg_case_wide
    where created_at <= (select as_of from run_info)
) loaded
cross join (
    select count(*) as cases
    from fct_cases
    where subject_no = 1
) made
where loaded.cases <> made.cases
