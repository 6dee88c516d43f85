with

latest as (
    {{ submitted_last('csds__cyp101', ['service_request_identifier'], with_person=true) }}
)

select
    la_code,
    person_key,
    trim(service_request_identifier) as referral_key,
    {{ as_date('referral_received_date') }} as received_on,
    {{ as_code('priority_type_code') }} as priority_code,
    {{ as_date('discharge_date') }} as discharged_on,
    delivery_month as last_seen_month
from latest
