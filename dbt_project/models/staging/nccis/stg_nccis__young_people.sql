with

raw_rows as (
    {{ raw_in_use('nccis__young_person', with_person=true) }}
),

activities as (
    select * from {{ ref('nccis_activity') }}
),

-- A young person who is in the return under two numbers counts once: in the cohort rather than out of it, and by what
-- was learnt last.
versions as (
    select
        *,
        row_number() over (
            partition by la_code, delivery_month, person_key
            order by
                case when {{ as_code('cohort_status') }} in ('P', 'G') then 0 else 1 end,
                {{ as_date('date_ascertained') }} desc nulls last,
                row_number
        ) as best_first
    from raw_rows
)

select
    versions.la_code,
    versions.person_key,
    versions.delivery_month as month_start,
    {{ as_integer('versions.young_person_number') }} as young_person_number,
    {{ as_code('versions.cohort_status') }} as cohort_status_code,
    {{ first_of_month(as_date('versions.dob')) }} as born_month,
    {{ as_code('versions.gender') }} as sex,
    coalesce({{ as_boolean('versions.send_flag') }}, false) as has_plan,
    coalesce({{ as_boolean('versions.sen_support_flag') }}, false) as has_sen_support,
    {{ as_code('versions.activity_code') }} as activity_code,
    coalesce(activities.activity_group, 'not_known') as activity_group,
    {{ as_date('versions.activity_start_date') }} as activity_started_on,
    {{ as_date('versions.date_ascertained') }} as ascertained_on,
    {{ as_date('versions.date_verified') }} as verified_on,
    coalesce({{ as_boolean('versions.currency_lapsed') }}, false) as is_lapsed,
    {{ as_date('versions.neet_start_date') }} as neet_since_on,
    {{ as_date('versions.predicted_end_date') }} as expected_to_end_on,
    {{ as_code('versions.intended_destination_year_11') }} as intended_destination_code,
    {{ as_code('versions.guarantee_status_year_11') }} as guarantee_year_11_code,
    {{ as_code('versions.guarantee_status_year_12') }} as guarantee_year_12_code
from versions
left join activities on {{ as_code('versions.activity_code') }} = activities.code
where versions.best_first = 1
