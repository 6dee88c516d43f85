with

advice as (
    select * from {{ ref('stg_casework__advice_requests') }}
),

people as (
    select * from {{ ref('int_people') }}
)

select
    advice.la_code,
    advice.advice_id as advice_key,
    advice.person_key,
    advice.advice_type,
    advice.purpose,
    advice.requested_on,
    advice.meeting_on,
    {{ as_known('advice.received_on') }} as received_on,
    advice.has_exception,
    advice.has_late_reason and advice.has_late_plan as has_reason_and_plan,
    people.born_month,
    coalesce(people.sex, 'unknown') as sex
from advice
left join people
    on advice.la_code = people.la_code and advice.person_key = people.person_key
where advice.requested_on <= {{ reporting_month_end() }}
