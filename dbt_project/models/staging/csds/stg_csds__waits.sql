with

raw_rows as (
    {{ raw_in_use('csds__cyp104') }}
),

-- A wait is sent again every month while its referral is open: the latest version speaks.
versions as (
    select
        *,
        row_number() over (
            partition by la_code, service_request_identifier, waiting_time_measurement_type, rtt_start_date
            order by delivery_month desc, delivery_id desc, row_number
        ) as newest_first
    from raw_rows
)

select
    la_code,
    trim(service_request_identifier) as referral_key,
    {{ as_code('waiting_time_measurement_type') }} as wait_type_code,
    {{ as_date('rtt_start_date') }} as started_on,
    {{ as_date('rtt_end_date') }} as ended_on,
    {{ as_code('rtt_status') }} as status_code
from versions
where newest_first = 1
