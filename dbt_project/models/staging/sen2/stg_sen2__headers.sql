with

raw_rows as (
    {{ raw_in_use('sen2__header') }}
)

select
    la_code,
    {{ as_date('reference_date') }} as reference_on,
    coalesce(upper(trim(software_code)) = '{{ var("demo_software") }}', false) as is_made_up
from raw_rows
