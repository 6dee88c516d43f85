with

raw_rows as (
    {{ raw_in_use('casework__late_review_plan', with_person=true) }}
)

select
    la_code,
    person_key,
    trim(late_plan_id) as late_plan_id,
    trim(review_id) as review_id,
    {{ as_date('recorded_date') }} as recorded_on,
    trim(recorded_by) as recorded_by,
    {{ as_date('new_meeting_date') }} as new_meeting_on,
    nullif(trim(reason), '') is not null as has_reason
from raw_rows
