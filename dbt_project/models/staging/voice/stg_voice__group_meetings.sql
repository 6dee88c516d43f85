with

raw_rows as (
    {{ raw_in_use('voice__group_meeting') }}
)

select
    la_code,
    {{ as_date_uk('meeting_date') }} as held_on,
    {{ as_integer('young_people') }} as young_people_count
from raw_rows
