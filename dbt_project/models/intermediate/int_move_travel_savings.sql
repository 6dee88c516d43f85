with

moves as (
    select * from {{ ref('int_placement_moves') }}
),

costs as (
    select * from {{ ref('int_travel_costs') }}
),

-- Nobody pays for travel that no row names, so no row is no cost.
compared as (
    select
        moves.la_code,
        moves.placement_key,
        case when costs.effective_from < moves.moved_on then coalesce(costs.annual_cost_gbp, 0) else 0 end
            as cost_before_gbp,
        case when costs.effective_to >= moves.moved_on then coalesce(costs.annual_cost_gbp, 0) else 0 end
            as cost_after_gbp
    from moves
    left join costs
        on
            moves.la_code = costs.la_code
            and moves.person_key = costs.person_key
            and moves.moved_on >= costs.effective_from
            and costs.effective_to >= {{ add_days('moves.moved_on', -1) }}
)

select
    la_code,
    placement_key,
    sum(cost_before_gbp) - sum(cost_after_gbp) as travel_saving_gbp
from compared
group by la_code, placement_key
