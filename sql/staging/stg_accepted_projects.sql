-- about: One row per project that the customer accepted by the business instant.
select project_id, customer_id, accepted_on
from raw.projects
where superseded_by is null and accepted_on <= (select as_of_on from run_info)
