-- about: customers whose chain of mergers never ends, or that were merged on an unknown day
-- name_zh: 并户循环或缺少并户日期
-- name_en: Mergers go in a circle or have no date
-- blocking: no
select customer_id from dim_customers where merged_into is not null and merged_on is null
union
select c.customer_id from dim_customers c
join dim_customers s on s.customer_id = c.survivor_id
join run_info r on s.merged_on <= r.as_of_on
where c.merged_on <= r.as_of_on and s.survivor_id <> s.customer_id
