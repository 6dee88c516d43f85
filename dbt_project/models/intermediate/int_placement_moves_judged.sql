with

moves as (
    select * from {{ ref('int_placement_moves') }}
),

returns as (
    select * from {{ ref('int_placement_returns') }}
),

plans as (
    select * from {{ ref('int_plans') }}
),

people as (
    select * from {{ ref('int_people') }}
),

circumstances as (
    select
        moves.*,
        returns.returned_on,
        returns.return_placement_key,
        case when plans.ceased_on <= {{ add_days('moves.left_on', 120) }} then plans.cease_reason_code end
            as cease_reason_code,
        coalesce(plans.ceased_on <= {{ add_days('moves.left_on', 120) }}, false) as has_plan_ceased,
        {{ age_at_31_august('people.born_month', 'moves.moved_on') }} as age_at_31_august,
        people.born_month
    from moves
    left join returns
        on moves.la_code = returns.la_code and moves.placement_key = returns.placement_key
    left join plans
        on moves.la_code = plans.la_code and moves.plan_key = plans.plan_key
    left join people
        on moves.la_code = people.la_code and moves.person_key = people.person_key
)

select
    *,
    case
        when has_plan_ceased and cease_reason_code = '1' then 'plan_ceased_aged_out'
        when next_placement_key is null and age_at_31_august >= 19 then 'plan_ceased_aged_out'
        when has_plan_ceased and cease_reason_code in ('5', '7') then 'moved_away'
        when has_plan_ceased or next_placement_key is null then 'plan_ceased'
        when is_to_independent_special then 'another_independent_school'
        when not is_to_the_borough then 'not_in_bexley'
        when returned_on <= {{ add_days('moved_on', 120) }} then 'back_within_a_term'
    end as excluded_reason
from circumstances
