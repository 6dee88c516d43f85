with

latest as (
    {{ submitted_last('csds__cyp201', ['care_contact_identifier']) }}
)

select
    la_code,
    trim(care_contact_identifier) as contact_key,
    trim(service_request_identifier) as referral_key,
    {{ as_code('team_local_identifier') }} as team_local_identifier,
    {{ as_date('contact_date') }} as contact_on,
    {{ as_integer('contact_minutes') }} as contact_minutes,
    -- Attended on time, or late and seen all the same.
    coalesce({{ as_code('attendance_status') }} in ('5', '6'), false) as is_attended
from latest
