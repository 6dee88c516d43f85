with

placements as (
    select * from {{ ref('int_main_placements') }}
),

leavers as (
    select * from placements
    where origin is not null and left_on is not null
),

-- Where the learner went next: the first entry within 120 days of leaving.
followed as (
    select
        leavers.la_code,
        leavers.placement_key,
        next_placements.placement_key as next_placement_key,
        row_number() over (
            partition by leavers.la_code, leavers.placement_key
            order by next_placements.entered_on, next_placements.placement_key
        ) as turn
    from leavers
    inner join placements as next_placements
        on
            leavers.la_code = next_placements.la_code
            and leavers.person_key = next_placements.person_key
            and leavers.placement_key <> next_placements.placement_key
            and next_placements.entered_on >= leavers.left_on
            and next_placements.entered_on <= {{ add_days('leavers.left_on', 120) }}
)

select
    leavers.*,
    followed.next_placement_key
from leavers
left join followed
    on
        leavers.la_code = followed.la_code
        and leavers.placement_key = followed.placement_key
        and followed.turn = 1
-- Somebody who is still there, with nowhere named to go, has not left.
where leavers.left_on <= {{ reporting_month_end() }} or followed.next_placement_key is not null
