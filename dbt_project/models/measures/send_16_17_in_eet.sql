with

young_people as (
    select * from {{ ref('int_young_people_months') }}
)

select
    la_code,
    month_start,
    person_key,
    is_in_eet as is_counted,
    sex,
    sen_group
from young_people
where academic_age in (16, 17) and sen_group in ('ehc_plan', 'sen_support')
