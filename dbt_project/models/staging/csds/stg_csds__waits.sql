with

latest as (
    {{ submitted_last(
        'csds__cyp104', ['service_request_identifier', 'waiting_time_measurement_type', 'rtt_start_date']
    ) }}
)

select
    la_code,
    trim(service_request_identifier) as referral_key,
    {{ as_code('waiting_time_measurement_type') }} as wait_type_code,
    {{ as_date('rtt_start_date') }} as started_on,
    {{ as_date('rtt_end_date') }} as ended_on,
    {{ as_code('rtt_status') }} as status_code
from latest
