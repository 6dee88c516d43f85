with

months as (
    select * from {{ ref('int_months') }}
),

plans as (
    select * from {{ ref('int_plan_months') }}
),

costs as (
    select * from {{ ref('int_placement_costs') }}
),

-- The rate in force at the month's end; the latest of them, should finance hold two.
rates as (
    select
        plans.*,
        costs.annual_cost_gbp,
        row_number() over (
            partition by plans.la_code, plans.month_start, plans.plan_key
            order by costs.effective_from desc, costs.annual_cost_gbp desc
        ) as newest_first
    from months
    inner join plans on months.month_start = plans.month_start
    inner join costs
        on
            plans.la_code = costs.la_code
            and plans.person_key = costs.person_key
            and coalesce(plans.urn, plans.ukprn) = costs.provider_key
            and months.month_end >= costs.effective_from
            and months.month_end <= costs.effective_to
)

select
    la_code,
    month_start,
    person_key,
    annual_cost_gbp as amount,
    setting_type
from rates
where newest_first = 1
