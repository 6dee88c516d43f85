with

placements as (
    select * from {{ ref('int_main_placements') }}
),

costs as (
    select * from {{ ref('int_placement_costs') }}
),

-- The rate in force on the day of entry, or the first after it.
rates as (
    select
        placements.la_code,
        placements.placement_key,
        costs.annual_cost_gbp,
        row_number() over (
            partition by placements.la_code, placements.placement_key
            order by costs.effective_from, costs.effective_to
        ) as turn
    from placements
    inner join costs
        on
            placements.la_code = costs.la_code
            and placements.person_key = costs.person_key
            and placements.provider_key = costs.provider_key
            and placements.entered_on <= costs.effective_to
)

select
    la_code,
    placement_key,
    annual_cost_gbp as full_year_cost_gbp
from rates
where turn = 1
