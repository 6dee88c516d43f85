with

pupils as (
    {{ raw_in_use('census__pupil', with_person=true, keep_unlinked=true) }}
),

returns as (
    {{ raw_in_use('census__school') }}
),

details as (
    {{ raw_in_use('census__session_detail') }}
),

terms as (
    select * from {{ ref('census_term') }}
),

statuses as (
    select * from {{ ref('census_enrolment_status') }}
),

provisions as (
    select * from {{ ref('census_sen_provision') }}
),

reasons as (
    select * from {{ ref('census_attendance_reason') }}
),

missed as (
    select
        details.delivery_id,
        details.pupil_id,
        sum({{ as_integer('details.sessions') }}) as missed_count,
        sum(case when reasons.counts_as = 'unauthorised' then {{ as_integer('details.sessions') }} else 0 end)
            as unauthorised_count
    from details
    inner join reasons
        on {{ as_code('details.attendance_reason') }} = reasons.code
    where reasons.counts_as in ('authorised', 'unauthorised')
    group by details.delivery_id, details.pupil_id
)

select
    pupils.la_code,
    pupils.person_key,
    pupils.delivery_month as census_month,
    {{ as_date('returns.reference_date') }} as census_on,
    terms.label as term,
    trim(returns.la_number) as establishment_la_code,
    trim(returns.establishment_number) as establishment_number,
    pupils.is_on_roll = '1' as is_on_roll,
    pupils.is_on_roll = '1' and coalesce(statuses.is_counted, false) as is_counted,
    {{ as_code('pupils.enrolment_status') }} as enrolment_status_code,
    provisions.sen_group,
    {{ as_code('pupils.national_curriculum_year') }} as curriculum_year_code,
    {{ first_of_month(as_date('pupils.date_of_birth')) }} as born_month,
    {{ as_code('pupils.sex') }} as sex,
    {{ as_code('pupils.ethnicity') }} as ethnicity_code,
    {{ as_date('pupils.entry_date') }} as entered_on,
    {{ as_date('pupils.leaving_date') }} as left_on,
    coalesce({{ as_boolean('pupils.sen_unit_indicator') }}, false) as is_in_sen_unit,
    coalesce({{ as_boolean('pupils.resourced_provision_indicator') }}, false) as is_in_resourced_provision,
    {{ as_integer('pupils.sessions_possible') }}
    + coalesce({{ as_integer('pupils.second_half_sessions_possible') }}, 0) as sessions_possible_count,
    cast(
        case when {{ as_integer('pupils.sessions_possible') }} is not null then coalesce(missed.missed_count, 0) end
        as integer
    ) as sessions_missed_count,
    cast(
        case
            when {{ as_integer('pupils.sessions_possible') }} is not null then coalesce(missed.unauthorised_count, 0)
        end as integer
    ) as sessions_unauthorised_count
from pupils
inner join returns
    on
        pupils.delivery_id = returns.delivery_id
        and pupils.school_census_id = returns.school_census_id
left join terms
    on {{ as_code('returns.term') }} = terms.code
left join statuses
    on {{ as_code('pupils.enrolment_status') }} = statuses.code
left join provisions
    on {{ as_code('pupils.sen_provision') }} = provisions.code
left join missed
    on
        pupils.delivery_id = missed.delivery_id
        and pupils.pupil_id = missed.pupil_id
