with

raw_rows as (
    {{ raw_in_use('places__commissioned') }}
)

select
    la_code,
    trim(urn) as urn,
    {{ as_code('place_type') }} as place_type_code,
    {{ as_date('period_start') }} as starts_on,
    {{ as_date('period_end') }} as ends_on,
    {{ as_integer('places') }} as places_count
from raw_rows
