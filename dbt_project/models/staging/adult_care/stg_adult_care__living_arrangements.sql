with

raw_rows as (
    {{ raw_in_use('adult_care__living_arrangement', with_person=true) }}
),

arrangements as (
    select * from {{ ref('living_arrangement') }}
),

-- A plan is listed once a year; where one person was listed twice, by what was learnt last.
versions as (
    select
        *,
        row_number() over (
            partition by la_code, academic_year, person_key
            order by delivery_month desc, {{ as_date('ascertained_date') }} desc nulls last, row_number
        ) as newest_first
    from raw_rows
)

select
    versions.la_code,
    versions.person_key,
    trim(versions.academic_year) as academic_year,
    {{ first_of_month(as_date('versions.date_of_birth')) }} as born_month,
    {{ as_date('versions.plan_ended_date') }} as plan_ended_on,
    {{ as_code('versions.arrangement') }} as arrangement_code,
    arrangements.arrangement_group,
    {{ as_date('versions.ascertained_date') }} as ascertained_on
from versions
inner join arrangements on {{ as_code('versions.arrangement') }} = arrangements.code
where versions.newest_first = 1
