-- about: the rows of one measure (read as "measure", with the square of num in num_sq) that carry numbers for who answers for them and
--   for what they are about, as cube_owners and cube_classes read them: the view of a measure is worked out once for both
select
    d.ym,
    m.owner_no,
    m.class_no,
    m.excluded_reason,
    m.num,
    m.den,
    m.num_sq
from measure m
left join calendar_days d on d.day = m.anchor_on
