with

moves as (
    select * from {{ ref('int_placement_moves') }}
),

costs as (
    select * from {{ ref('int_placement_costs') }}
),

-- How long each rate ran within the twelve months before the move.
rates_running as (
    select
        moves.la_code,
        moves.placement_key,
        costs.annual_cost_gbp,
        greatest(costs.effective_from, {{ add_months('moves.moved_on', -12) }}) as first_day,
        least(costs.effective_to, {{ add_days('moves.moved_on', -1) }}) as last_day
    from moves
    inner join costs
        on
            moves.la_code = costs.la_code
            and moves.person_key = costs.person_key
            and moves.old_provider_key = costs.provider_key
            and moves.moved_on > costs.effective_from
            and {{ add_months('moves.moved_on', -12) }} <= costs.effective_to
),

weighted as (
    select
        la_code,
        placement_key,
        annual_cost_gbp,
        {{ dbt.datediff('first_day', 'last_day', 'day') }} + 1 as days
    from rates_running
)

select
    la_code,
    placement_key,
    round(sum(annual_cost_gbp * days) / sum(days), 2) as baseline_full_year_gbp
from weighted
group by la_code, placement_key
