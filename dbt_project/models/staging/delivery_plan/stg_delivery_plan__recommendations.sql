with

raw_rows as (
    {{ raw_in_use('delivery_plan__recommendation') }}
)

select
    la_code,
    {{ as_integer('recommendation_id') }} as recommendation_number,
    trim(recommendation) as recommendation_text,
    trim(priority) as priority,
    {{ as_date('issued') }} as issued_on,
    {{ as_date('expected_by') }} as expected_by_on,
    nullif(trim(measures), '') as measure_ids
from raw_rows
