with

raw_rows as (
    {{ raw_in_use('casework__advice_request', with_person=true) }}
)

select
    la_code,
    person_key,
    trim(advice_id) as advice_id,
    {{ as_code('advice_type') }} as advice_type,
    {{ as_code('purpose') }} as purpose,
    {{ as_date_uk('requested_date') }} as requested_on,
    {{ as_date_uk('meeting_date') }} as meeting_on,
    {{ as_date_uk('received_date') }} as received_on,
    coalesce({{ as_boolean('reg_8_2_exception') }}, false) as has_exception,
    nullif(trim(late_reason), '') is not null as has_late_reason,
    coalesce({{ as_boolean('late_plan') }}, false) as has_late_plan
from raw_rows
