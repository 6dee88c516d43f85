with

pupils as (
    select * from {{ ref('stg_census__pupils') }}
    where is_counted
),

schools as (
    select * from {{ ref('int_schools') }}
    where answers_to_its_number
)

select
    pupils.la_code,
    pupils.census_month,
    pupils.census_on,
    {{ term_month('pupils.census_month') }} as term_month,
    -- Attendance comes one term in arrears.
    {{ term_month(add_months('pupils.census_month', -4)) }} as attended_term_month,
    pupils.person_key,
    schools.urn,
    coalesce(schools.school_phase, 'unknown') as school_phase,
    pupils.sen_group,
    case
        when pupils.curriculum_year_code in ('E1', 'E2', 'N1', 'N2', 'R') then 'early_years'
        when {{ as_integer('pupils.curriculum_year_code') }} >= 12 then 'post_16'
        when {{ as_integer('pupils.curriculum_year_code') }} >= 10 then 'key_stage_4'
        when {{ as_integer('pupils.curriculum_year_code') }} >= 7 then 'key_stage_3'
        when {{ as_integer('pupils.curriculum_year_code') }} >= 3 then 'key_stage_2'
        when {{ as_integer('pupils.curriculum_year_code') }} >= 1 then 'key_stage_1'
        else 'unknown'
    end as key_stage,
    coalesce(pupils.sex, 'unknown') as sex,
    case
        when schools.school_phase = 'special' then 'SPECIAL'
        when pupils.is_in_sen_unit then 'UNIT'
        when pupils.is_in_resourced_provision then 'RESOURCED'
    end as place_type,
    pupils.sessions_possible_count,
    pupils.sessions_missed_count
from pupils
left join schools
    on
        pupils.la_code = schools.la_code
        and pupils.establishment_la_code = schools.establishment_la_code
        and pupils.establishment_number = schools.establishment_number
