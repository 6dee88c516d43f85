with

requests as (
    select * from {{ ref('stg_sen2__requests') }}
),

assessments as (
    select * from {{ ref('stg_sen2__assessments') }}
),

named_plans as (
    select * from {{ ref('stg_sen2__named_plans') }}
),

active_plans as (
    select * from {{ ref('stg_sen2__active_plans') }}
),

people as (
    select * from {{ ref('int_people') }}
),

primary_needs as (
    select * from {{ ref('int_requests_primary_need') }}
),

joined as (
    select
        requests.*,
        assessments.outcome_code as assessment_outcome_code,
        assessments.outcome_on as assessment_outcome_on,
        named_plans.started_on as plan_started_on,
        active_plans.transferred_from,
        coalesce(assessments.is_mediated or assessments.is_appealed, false) as assessment_is_appealed_or_mediated,
        coalesce(assessments.has_exception, false) as has_exception,
        named_plans.request_number is not null as has_plan,
        coalesce(requests.received_on, named_plans.started_on) as known_by_day
    from requests
    left join assessments
        on requests.la_code = assessments.la_code and requests.request_number = assessments.request_number
    left join named_plans
        on requests.la_code = named_plans.la_code and requests.request_number = named_plans.request_number
    left join active_plans
        on requests.la_code = active_plans.la_code and requests.request_number = active_plans.request_number
),

-- A child recorded twice has the same request twice: the record that got furthest is kept.
ranked as (
    select
        *,
        row_number() over (
            partition by la_code, person_key, known_by_day, case when known_by_day is null then request_number end
            order by
                case when has_plan then 0 else 1 end,
                case when assessment_outcome_on is null then 1 else 0 end,
                case when outcome_on is null then 1 else 0 end,
                request_number
        ) as furthest_first
    from joined
),

-- What is dated after the reporting month has not been decided yet.
as_known as (
    select
        *,
        case when outcome_on > {{ reporting_month_end() }} then 'A' else outcome_code end as known_outcome_code,
        {{ as_known('outcome_on') }} as known_outcome_on,
        case
            when assessment_outcome_on > {{ reporting_month_end() }} then 'A' else assessment_outcome_code
        end as known_assessment_code,
        {{ as_known('assessment_outcome_on') }} as known_assessment_on
    from ranked
    where
        furthest_first = 1
        and (received_on is null or received_on <= {{ reporting_month_end() }})
)

select
    as_known.la_code,
    cast(as_known.request_number as {{ dbt.type_string() }}) as request_key,
    as_known.request_number,
    as_known.person_key,
    as_known.received_on,
    as_known.source_code,
    case as_known.source_code
        when '1' then 'young_person_or_parent'
        when '2' then 'school_or_setting'
        when '3' then 'health'
        when '4' then 'social_care'
        when '5' then 'other'
        else 'unknown'
    end as source,
    as_known.known_outcome_code as outcome_code,
    as_known.known_outcome_on as outcome_on,
    coalesce(as_known.is_mediated, false) as is_mediated,
    coalesce(as_known.is_appealed, false) as is_appealed,
    as_known.exported_to,
    as_known.known_assessment_code as assessment_outcome_code,
    as_known.known_assessment_on as assessment_outcome_on,
    as_known.assessment_is_appealed_or_mediated,
    as_known.has_exception,
    case
        when as_known.transferred_from is not null then cast(null as date)
        when as_known.known_assessment_code = 'Y' then as_known.known_assessment_on
        -- A decision not to issue that was overturned: its own date stays, the plan's start is the day of issue.
        when as_known.known_assessment_code = 'N' then {{ as_known('as_known.plan_started_on') }}
    end as plan_issued_on,
    as_known.has_plan,
    as_known.plan_started_on,
    coalesce('H' in (as_known.known_outcome_code, as_known.known_assessment_code), false) as is_historical,
    as_known.transferred_from is not null as is_transferred_in,
    coalesce(as_known.known_outcome_code = 'N' and as_known.assessment_outcome_code is not null, false)
        as is_overturned_refusal,
    {{ age_band('people.born_month', 'as_known.received_on') }} as age_band,
    coalesce(people.sex, 'unknown') as sex,
    case when as_known.has_plan then coalesce(primary_needs.primary_need, 'unknown') else 'unknown' end as primary_need
from as_known
left join people
    on as_known.la_code = people.la_code and as_known.person_key = people.person_key
left join primary_needs
    on as_known.la_code = primary_needs.la_code and as_known.request_number = primary_needs.request_number
