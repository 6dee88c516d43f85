with

exclusions as (
    {{ raw_in_use('census__exclusion') }}
),

pupils as (
    {{ raw_in_use('census__pupil', with_person=true, keep_unlinked=true) }}
),

returns as (
    {{ raw_in_use('census__school') }}
),

categories as (
    select * from {{ ref('census_exclusion_category') }}
),

provisions as (
    select * from {{ ref('census_sen_provision') }}
),

reported as (
    select
        exclusions.la_code,
        exclusions.delivery_month as census_month,
        pupils.person_key,
        trim(returns.la_number) as establishment_la_code,
        trim(returns.establishment_number) as establishment_number,
        pupils.is_on_roll = '1' as is_on_roll,
        {{ as_date('exclusions.start_date') }} as excluded_on,
        categories.counts_as as category,
        {{ as_integer('exclusions.sessions') }} as sessions_count,
        {{ as_code('exclusions.reason_1') }} as first_reason_code,
        provisions.sen_group,
        -- An exclusion comes in two censuses; whose it is, only the identifier says, and that goes no further.
        row_number() over (
            partition by
                exclusions.la_code, returns.la_number, returns.establishment_number,
                coalesce(pupils.upn, pupils.pupil_id), exclusions.start_date, categories.counts_as
            order by exclusions.delivery_month desc, exclusions.row_number desc
        ) as newest_first
    from exclusions
    inner join pupils
        on {{ same_pupil('exclusions', 'pupils') }}
    inner join returns
        on pupils.delivery_id = returns.delivery_id and pupils.school_census_id = returns.school_census_id
    left join categories
        on {{ as_code('exclusions.category') }} = categories.code
    left join provisions
        on {{ as_code('exclusions.sen_provision') }} = provisions.code
)

select
    la_code,
    person_key,
    census_month,
    establishment_la_code,
    establishment_number,
    is_on_roll,
    excluded_on,
    category,
    sessions_count,
    first_reason_code,
    sen_group
from reported
where newest_first = 1
