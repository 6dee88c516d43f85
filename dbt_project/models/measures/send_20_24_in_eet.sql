with

young_people as (
    select * from {{ ref('int_young_people_months') }}
)

select
    la_code,
    month_start,
    person_key,
    is_in_eet as is_counted,
    sex
from young_people
where academic_age between 20 and 24 and has_plan
