with

raw_rows as (
    {{ raw_in_use('casework__annual_review', with_person=true) }}
)

select
    la_code,
    person_key,
    trim(review_id) as review_id,
    {{ as_integer('year_group') }} as year_group,
    {{ as_date_uk('notice_sent_date') }} as notice_on,
    {{ as_date_uk('meeting_date') }} as meeting_on,
    {{ as_code('decision') }} as decision_code,
    {{ as_date_uk('decision_sent_date') }} as decided_on,
    {{ as_date_uk('amendment_notice_date') }} as amendment_notice_on,
    {{ as_date_uk('final_plan_date') }} as final_plan_on,
    {{ as_date_uk('phase_transfer_due_date') }} as phase_transfer_due_on,
    {{ as_date_uk('phase_transfer_final_date') }} as phase_transfer_final_on,
    coalesce({{ as_boolean('adulthood_outcomes') }}, false) as has_adulthood_outcomes,
    {{ as_date_uk('late_plan_recorded_date') }} as late_plan_recorded_on
from raw_rows
