with

plans as (
    select * from {{ ref('int_plan_months') }}
),

term_months as (
    select * from {{ ref('int_therapy_term_months') }}
),

specified as (
    select * from {{ ref('int_therapy_specified') }}
),

provided as (
    select * from {{ ref('int_therapy_provided') }}
)

select
    plans.la_code,
    plans.month_start,
    plans.plan_key,
    plans.person_key,
    specified.therapy,
    plans.age_band,
    plans.setting_type,
    plans.primary_need,
    -- Multiplied before it is divided, so that a share at the very limit is not rounded over it.
    specified.specified_term_minutes * term_months.days_passed / term_months.term_days / 60 as specified_hours,
    cast(coalesce(provided.provided_minutes, 0) as {{ dbt.type_numeric() }}) / 60 as provided_hours,
    coalesce(provided.provided_minutes, 0) * term_months.term_days * 10
    < specified.specified_term_minutes * term_months.days_passed * 8 as is_below_80_percent
from plans
inner join term_months
    on plans.la_code = term_months.la_code and plans.month_start = term_months.month_start
inner join specified
    on
        plans.la_code = specified.la_code
        and plans.month_start = specified.month_start
        and plans.person_key = specified.person_key
left join provided
    on
        specified.la_code = provided.la_code
        and specified.month_start = provided.month_start
        and specified.person_key = provided.person_key
        and specified.therapy = provided.therapy
