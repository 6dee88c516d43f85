with

plans as (
    select * from {{ ref('int_plans') }}
),

reviews as (
    select * from {{ ref('int_reviews') }}
),

people as (
    select * from {{ ref('int_people') }}
),

-- The year to the next review runs from the plan, then from each decision that keeps it in force.
decisions as (
    select
        la_code,
        plan_key,
        decided_on as started_on
    from reviews
    where decision_code in ('M', 'A')
),

first_decisions as (
    select
        la_code,
        plan_key,
        min(started_on) as started_on
    from decisions
    group by la_code, plan_key
),

issues as (
    select
        plans.la_code,
        plans.plan_key,
        coalesce(plans.issued_on, plans.started_on, plans.begun_on) as started_on
    from plans
    left join first_decisions
        on plans.la_code = first_decisions.la_code and plans.plan_key = first_decisions.plan_key
    -- SEN2's start moves with each amendment: after a decision it is the amended plan's, whose year runs already.
    where
        plans.issued_on is not null
        or first_decisions.started_on is null
        or first_decisions.started_on >= plans.started_on
),

starts as (
    select * from issues
    union distinct
    select * from decisions
),

cycles as (
    select
        plans.la_code,
        plans.plan_key,
        plans.person_key,
        starts.started_on,
        plans.ceased_on as plan_ceased_on,
        coalesce(starts.started_on < {{ compulsory_school_age_on('people.born_month') }}, false) as is_under_5
    from starts
    inner join plans
        on starts.la_code = plans.la_code and starts.plan_key = plans.plan_key
    left join people
        on plans.la_code = people.la_code and plans.person_key = people.person_key
    where starts.started_on is not null
),

-- A cycle is answered by the first decision after its start; while there is none, by the review that is open.
answers as (
    select
        cycles.*,
        reviews.review_key,
        reviews.decided_on,
        reviews.late_plan_recorded_on,
        case when reviews.meeting_on > cycles.started_on then reviews.meeting_on end as meeting_on,
        row_number() over (
            partition by cycles.la_code, cycles.plan_key, cycles.started_on
            order by
                case when reviews.decided_on is null then 1 else 0 end,
                reviews.decided_on,
                case when reviews.meeting_on is null then 1 else 0 end,
                reviews.meeting_on,
                reviews.review_key
        ) as first_answer
    from cycles
    left join reviews
        on
            cycles.la_code = reviews.la_code
            and cycles.plan_key = reviews.plan_key
            and coalesce(reviews.decided_on, reviews.meeting_on, {{ reporting_month_end() }}) > cycles.started_on
)

select
    la_code,
    concat('cycle:', plan_key, ':', cast(started_on as {{ dbt.type_string() }})) as cycle_key,
    plan_key,
    person_key,
    started_on,
    is_under_5,
    review_key,
    meeting_on,
    decided_on,
    late_plan_recorded_on,
    plan_ceased_on
from answers
where first_answer = 1
