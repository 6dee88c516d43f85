with

plan_months as (
    select
        plans.*,
        months.month_end
    from {{ ref('int_months') }} as months
    inner join {{ ref('int_plan_months') }} as plans on months.month_start = plans.month_start
),

agreements as (
    select * from {{ ref('stg_finance__personal_budgets') }}
),

-- What is agreed for a child can be the money of several services.
held as (
    select
        plan_months.la_code,
        plan_months.month_start,
        plan_months.plan_key,
        case
            when min(agreements.kind_code) = max(agreements.kind_code) then min(agreements.kind_code)
            else 'several'
        end as personal_budget_kind
    from plan_months
    inner join agreements
        on
            plan_months.la_code = agreements.la_code
            and plan_months.person_key = agreements.person_key
            and plan_months.month_end >= agreements.effective_from
            and (plan_months.month_end <= agreements.effective_to or agreements.effective_to is null)
    group by plan_months.la_code, plan_months.month_start, plan_months.plan_key
)

select
    plan_months.la_code,
    plan_months.month_start,
    plan_months.person_key,
    true as is_counted,
    held.personal_budget_kind,
    plan_months.age_band,
    plan_months.sex,
    plan_months.primary_need,
    plan_months.setting_type
from plan_months
inner join held
    on
        plan_months.la_code = held.la_code
        and plan_months.month_start = held.month_start
        and plan_months.plan_key = held.plan_key
