with

raw_rows as (
    {{ raw_in_use('outcomes__level_2', with_person=true) }}
),

versions as (
    select
        *,
        row_number() over (
            partition by la_code, academic_year, person_key
            order by delivery_month desc, {{ as_boolean('has_level_2') }} desc, row_number
        ) as newest_first
    from raw_rows
)

select
    la_code,
    person_key,
    trim(academic_year) as academic_year,
    {{ first_of_month(as_date('date_of_birth')) }} as born_month,
    {{ as_code('sen_provision') }} as sen_provision_code,
    {{ as_boolean('has_level_2') }} as has_level_2,
    trim(achieved_year) as achieved_year
from versions
where newest_first = 1
