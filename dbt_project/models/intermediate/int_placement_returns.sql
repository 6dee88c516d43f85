with

moves as (
    select * from {{ ref('int_placement_moves') }}
),

placements as (
    select * from {{ ref('int_main_placements') }}
    where is_independent_special
),

returns as (
    select
        moves.la_code,
        moves.placement_key,
        placements.placement_key as return_placement_key,
        placements.entered_on as returned_on,
        row_number() over (
            partition by moves.la_code, moves.placement_key order by placements.entered_on, placements.placement_key
        ) as turn
    from moves
    inner join placements
        on
            moves.la_code = placements.la_code
            and moves.person_key = placements.person_key
            and moves.moved_on <= placements.entered_on
            and moves.next_placement_key <> placements.placement_key
)

select
    la_code,
    placement_key,
    return_placement_key,
    returned_on
from returns
where turn = 1
