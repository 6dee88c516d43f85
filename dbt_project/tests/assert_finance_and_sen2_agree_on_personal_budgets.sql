{{ config(severity="warn") }}

-- SEN2 says whether a plan has a personal budget, not since when; finance says both. A warning: which of the two is
-- behind is for the SEN data officer to find out.
with

plans as (
    select
        plans.la_code,
        plans.plan_key,
        plans.person_key,
        coalesce(named_plans.has_personal_budget, false) as has_personal_budget
    from {{ ref('int_plan_months') }} as maintained
    inner join {{ ref('int_plans') }} as plans
        on maintained.la_code = plans.la_code and maintained.plan_key = plans.plan_key
    inner join {{ ref('stg_sen2__named_plans') }} as named_plans
        on plans.la_code = named_plans.la_code and plans.request_number = named_plans.request_number
    where maintained.month_start = {{ reporting_month_start() }}
),

agreements as (
    select distinct
        la_code,
        person_key
    from {{ ref('stg_finance__personal_budgets') }}
    where
        effective_from <= {{ reporting_month_end() }}
        and (effective_to >= {{ reporting_month_end() }} or effective_to is null)
)

select
    plans.la_code,
    plans.plan_key
from plans
left join agreements on plans.la_code = agreements.la_code and plans.person_key = agreements.person_key
where plans.has_personal_budget <> (agreements.person_key is not null)
