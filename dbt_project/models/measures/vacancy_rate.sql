with

months as (
    select * from {{ ref('int_months') }}
),

posts as (
    select * from {{ ref('stg_workforce__posts') }}
)

select
    posts.la_code,
    posts.month_start,
    posts.vacant_fte as amount,
    posts.established_fte as base,
    posts.agency,
    posts.staff_role
from months
inner join posts on months.month_start = posts.month_start
