with

raw_rows as (
    {{ raw_in_use('sen2__active_plan') }}
)

select
    la_code,
    {{ as_integer('request_number') }} as request_number,
    {{ as_code('transfer_la') }} as transferred_from,
    {{ as_date('review_meeting') }} as review_meeting_on,
    {{ as_date('last_review') }} as review_decided_on,
    {{ as_code('review_outcome') }} as review_decision_code
from raw_rows
