with

raw_rows as (
    {{ raw_in_use('outcomes__supported_internship', with_person=true) }}
)

select
    la_code,
    person_key,
    trim(internship_id) as internship_key,
    trim(provider_ukprn) as provider_ukprn,
    trim(provider) as provider,
    {{ as_date('start_date') }} as began_on,
    {{ as_date('planned_end_date') }} as expected_to_end_on,
    {{ as_date('end_date') }} as ended_on,
    {{ as_code('outcome') }} as outcome_code
from raw_rows
