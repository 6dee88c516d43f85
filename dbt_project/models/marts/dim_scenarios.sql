with

scenarios as (
    select * from {{ ref('scenarios') }}
)

select
    scenario,
    lever,
    label,
    change,
    from_academic_year
from scenarios
