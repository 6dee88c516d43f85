with

raw_rows as (
    {{ raw_in_use('places__alternative_provision', with_person=true) }}
)

select
    la_code,
    person_key,
    nullif(trim(provider_urn), '') as provider_urn,
    trim(provider_name) as provider_name,
    {{ as_code('reason') }} as reason_code,
    {{ as_date('start_date') }} as started_on,
    {{ as_date('end_date') }} as ended_on,
    {{ as_integer('sessions_a_week') }} as sessions_a_week_count
from raw_rows
