with

requests as (
    select * from {{ ref('int_requests') }}
    where has_plan
),

named_plans as (
    select * from {{ ref('stg_sen2__named_plans') }}
),

first_entries as (
    select
        la_code,
        request_number,
        min(entered_on) as entered_on
    from {{ ref('stg_sen2__placements') }}
    group by la_code, request_number
)

select
    requests.la_code,
    requests.request_key as plan_key,
    requests.request_key,
    requests.request_number,
    requests.person_key,
    case
        -- A plan of another authority is this one's from the first day at a setting it arranged.
        when requests.is_transferred_in then coalesce(first_entries.entered_on, requests.plan_started_on)
        when requests.plan_issued_on < requests.plan_started_on then requests.plan_issued_on
        else coalesce(requests.plan_started_on, requests.plan_issued_on)
    end as begun_on,
    requests.plan_started_on as started_on,
    requests.plan_issued_on as issued_on,
    {{ as_known('named_plans.ceased_on') }} as ceased_on,
    named_plans.cease_reason_code,
    requests.primary_need,
    requests.is_transferred_in,
    requests.is_historical
from requests
inner join named_plans
    on requests.la_code = named_plans.la_code and requests.request_number = named_plans.request_number
left join first_entries
    on requests.la_code = first_entries.la_code and requests.request_number = first_entries.request_number
