with

raw_rows as (
    {{ raw_in_use('csds__cyp101', with_person=true) }}
),

-- A referral is sent again every month while it is open: the latest version speaks.
versions as (
    select
        *,
        row_number() over (
            partition by la_code, service_request_identifier order by delivery_month desc, delivery_id desc, row_number
        ) as newest_first
    from raw_rows
)

select
    la_code,
    person_key,
    trim(service_request_identifier) as referral_key,
    {{ as_date('referral_received_date') }} as received_on,
    {{ as_code('priority_type_code') }} as priority_code,
    {{ as_date('discharge_date') }} as discharged_on
from versions
where newest_first = 1
