with

raw_rows as (
    {{ raw_in_use('workforce__training') }}
)

select
    la_code,
    agency,
    trim(staff_reference) as staff_reference,
    role as staff_role,
    {{ as_date('started_date') }} as started_on,
    {{ as_date('left_date') }} as left_on,
    training,
    {{ as_date('completed_date') }} as completed_on
from raw_rows
