with

latest as (
    {{ submitted_last('csds__cyp102', ['service_request_identifier', 'team_local_identifier']) }}
)

select
    la_code,
    trim(service_request_identifier) as referral_key,
    {{ as_code('team_local_identifier') }} as team_local_identifier,
    {{ as_code('service_type') }} as service_type_code,
    {{ as_date('closure_date') }} as closed_on,
    {{ as_code('closure_reason') }} as closure_reason_code,
    {{ as_date('rejection_date') }} as rejected_on,
    {{ as_code('rejection_reason') }} as rejection_reason_code
from latest
