with

raw_rows as (
    {{ raw_in_use('workforce__post') }}
)

select
    la_code,
    agency,
    {{ first_of_month(as_date('month')) }} as month_start,
    role as staff_role,
    {{ as_integer('established_posts') }} as established_posts_count,
    {{ as_numeric('established_fte') }} as established_fte,
    {{ as_numeric('in_post_fte') }} as in_post_fte,
    {{ as_numeric('vacant_fte') }} as vacant_fte,
    {{ as_integer('headcount') }} as people_count,
    {{ as_integer('starters') }} as starters_count,
    {{ as_integer('leavers') }} as leavers_count,
    {{ as_numeric('planned_fte') }} as planned_fte
from raw_rows
