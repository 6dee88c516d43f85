with

exclusions as (
    select * from {{ ref('stg_census__exclusions') }}
    where sen_group is not null
),

schools as (
    select * from {{ ref('int_schools') }}
    where answers_to_its_number
)

select
    exclusions.la_code,
    {{ term_month('exclusions.excluded_on') }} as term_month,
    exclusions.person_key,
    exclusions.category,
    exclusions.sen_group,
    coalesce(schools.school_phase, 'unknown') as school_phase
from exclusions
left join schools
    on
        exclusions.la_code = schools.la_code
        and exclusions.establishment_la_code = schools.establishment_la_code
        and exclusions.establishment_number = schools.establishment_number
