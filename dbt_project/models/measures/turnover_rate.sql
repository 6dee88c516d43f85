with

months as (
    select * from {{ ref('int_months') }}
),

posts as (
    select * from {{ ref('stg_workforce__posts') }}
),

-- The twelve months that end with each month.
years as (
    select
        months.month_start,
        posts.month_start = months.month_start as is_last,
        posts.la_code,
        posts.agency,
        posts.staff_role,
        posts.people_count,
        posts.leavers_count,
        min(posts.month_start) over (partition by months.month_start, posts.la_code, posts.agency) as first_month
    from months
    inner join posts
        on
            posts.month_start <= months.month_start
            and posts.month_start > {{ add_months('months.month_start', -12) }}
)

select
    la_code,
    month_start,
    leavers_count as amount,
    cast(people_count as {{ dbt.type_float() }}) / 12 as base,
    case when is_last then people_count else 0 end as contributor_count,
    agency,
    staff_role
from years
where first_month = {{ add_months('month_start', -11) }}
