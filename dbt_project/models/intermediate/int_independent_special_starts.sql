with

placements as (
    select
        *,
        lag(is_independent_special) over (
            partition by la_code, person_key order by entered_on, placement_key
        ) as was_independent_special
    from {{ ref('int_main_placements') }}
),

-- A return after a move home is counted where the move is: taken back, or never credited. Who came home from another
-- special school returns to none of these.
returns as (
    select * from {{ ref('int_placement_moves_judged') }}
    where
        origin = 'independent_special'
        and (excluded_reason = 'back_within_a_term' or (excluded_reason is null and not is_forecast))
),

rates as (
    select * from {{ ref('int_placement_first_rates') }}
)

select
    placements.la_code,
    placements.placement_key,
    placements.person_key,
    placements.entered_on,
    round(rates.full_year_cost_gbp, 2) as full_year_cost_gbp
from placements
left join returns
    on placements.la_code = returns.la_code and placements.placement_key = returns.return_placement_key
left join rates
    on placements.la_code = rates.la_code and placements.placement_key = rates.placement_key
where
    placements.is_independent_special
    and not coalesce(placements.was_independent_special, false)
    and returns.placement_key is null
