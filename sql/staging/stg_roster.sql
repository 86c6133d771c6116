-- about: one row: whether the company says who its account managers are. Where it does (is_kept), a person whom a row names
--   and who is neither in the feed managers nor an owner of customers (dim_posts) is other staff: what he did or owes
--   counts for the company, for no manager (not_manager). Where nobody kept the feed, each person named is a manager
select count(*) > 0 as is_kept from stg_managers
