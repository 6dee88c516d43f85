with

months as (
    select * from {{ ref('int_months') }}
),

posts as (
    select
        *,
        case staff_role
            when 'Speech and language therapist' then 'SLT'
            when 'Occupational therapist' then 'OT'
        end as therapy
    from {{ ref('stg_workforce__posts') }}
)

select
    posts.la_code,
    posts.month_start,
    posts.in_post_fte as amount,
    posts.planned_fte as base,
    posts.therapy
from months
inner join posts on months.month_start = posts.month_start
where posts.therapy is not null and posts.planned_fte is not null
