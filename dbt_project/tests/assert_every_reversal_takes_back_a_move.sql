-- A reversal mirrors a counted move: same schools, the saving with its sign turned, dated more than 120 days later.
with

lines as (
    select * from {{ ref('int_repatriations') }}
),

reversals as (
    select * from lines
    where kind = 'reversal'
),

moves as (
    select * from lines
    where kind = 'move' and counts_for_safety_valve
)

select
    reversals.la_code,
    reversals.placement_key
from reversals
left join moves
    on
        reversals.la_code = moves.la_code
        and reversals.placement_key = moves.placement_key
        and reversals.dated_on > {{ add_days('moves.dated_on', 120) }}
        and coalesce(reversals.full_year_saving_gbp + moves.full_year_saving_gbp, 0) = 0
where moves.placement_key is null
