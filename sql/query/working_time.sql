-- about: working seconds between two instants, one row per pair; the expression is the one of sql/facts/fct_cases.sql
select
    p.id,
    (b.work_before_s
        + greatest(0, least(p.b_s, b.close1_s) - b.open1_s)
        + greatest(0, least(p.b_s, b.close2_s) - b.open2_s)
        + greatest(0, least(p.b_s, b.close3_s) - b.open3_s))
    - (a.work_before_s
        + greatest(0, least(p.a_s, a.close1_s) - a.open1_s)
        + greatest(0, least(p.a_s, a.close2_s) - a.open2_s)
        + greatest(0, least(p.a_s, a.close3_s) - a.open3_s)) as working_s
from pairs p
join calendar_days a on a.day = p.a_on
join calendar_days b on b.day = p.b_on
