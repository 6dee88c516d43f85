with

reviews as (
    select * from {{ ref('stg_casework__annual_reviews') }}
),

plans as (
    select * from {{ ref('int_plans') }}
),

-- A child recorded twice can have one review logged twice: a child has one review meeting a day.
single as (
    select
        *,
        row_number() over (
            partition by la_code, person_key, meeting_on, case when meeting_on is null then review_id end
            order by case when decided_on is null then 1 else 0 end, review_id
        ) as best_first
    from reviews
),

-- What is dated after the reporting month has not happened yet.
as_known as (
    select
        la_code,
        review_id,
        person_key,
        year_group,
        {{ as_known('meeting_on') }} as meeting_on,
        case when decided_on <= {{ reporting_month_end() }} or decided_on is null then decision_code end
            as decision_code,
        {{ as_known('decided_on') }} as decided_on,
        notice_on,
        {{ as_known('amendment_notice_on') }} as amendment_notice_on,
        {{ as_known('final_plan_on') }} as final_plan_on,
        phase_transfer_due_on,
        {{ as_known('phase_transfer_final_on') }} as phase_transfer_final_on,
        has_adulthood_outcomes,
        {{ as_known('late_plan_recorded_on') }} as late_plan_recorded_on,
        coalesce(meeting_on, decided_on, notice_on, late_plan_recorded_on) as speaks_of_day
    from single
    where best_first = 1
),

-- A review belongs to the plan in force on its day: the latest that had begun, else the child's first.
candidates as (
    select
        as_known.*,
        plans.plan_key,
        plans.ceased_on as plan_ceased_on,
        row_number() over (
            partition by as_known.la_code, as_known.review_id
            order by
                case when plans.begun_on <= as_known.speaks_of_day then 0 else 1 end,
                case when plans.begun_on <= as_known.speaks_of_day then plans.begun_on end desc,
                plans.begun_on
        ) as nearest_first
    from as_known
    inner join plans
        on as_known.la_code = plans.la_code and as_known.person_key = plans.person_key
)

select
    la_code,
    review_id as review_key,
    plan_key,
    person_key,
    meeting_on,
    decision_code,
    decided_on,
    notice_on,
    amendment_notice_on,
    final_plan_on,
    phase_transfer_due_on,
    phase_transfer_final_on,
    has_adulthood_outcomes,
    late_plan_recorded_on,
    year_group,
    plan_ceased_on
from candidates
where nearest_first = 1
