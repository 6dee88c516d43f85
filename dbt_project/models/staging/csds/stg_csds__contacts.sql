with

raw_rows as (
    {{ raw_in_use('csds__cyp201') }}
),

-- A contact can be sent again in a later month's submission: the latest version speaks.
versions as (
    select
        *,
        row_number() over (
            partition by la_code, care_contact_identifier order by delivery_month desc, delivery_id desc, row_number
        ) as newest_first
    from raw_rows
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
from versions
where newest_first = 1
