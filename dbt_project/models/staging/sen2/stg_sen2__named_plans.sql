with

raw_rows as (
    {{ raw_in_use('sen2__named_plan') }}
)

select
    la_code,
    {{ as_integer('request_number') }} as request_number,
    {{ as_date('start_date') }} as started_on,
    {{ as_date('cease_date') }} as ceased_on,
    {{ as_code('cease_reason') }} as cease_reason_code,
    {{ as_boolean('pb') }} as has_personal_budget,
    {{ as_code('plan_res') }} as residential_code
from raw_rows
