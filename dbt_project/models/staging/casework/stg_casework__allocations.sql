with

raw_rows as (
    {{ raw_in_use('casework__allocation', with_person=true) }}
)

select
    la_code,
    person_key,
    trim(allocation_id) as allocation_id,
    {{ as_code('team') }} as team_code,
    {{ as_date('allocated_from_date') }} as allocated_on,
    {{ as_date('allocated_to_date') }} as ended_on
from raw_rows
