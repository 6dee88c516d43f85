with

maintained as (
    select * from {{ ref('int_plans_maintained') }}
),

placements as (
    select * from {{ ref('int_placements') }}
),

-- The leaving day is the last day there. Lowest rank first, then the latest entry.
held as (
    select
        maintained.month_start,
        placements.*,
        row_number() over (
            partition by maintained.la_code, maintained.month_start, maintained.plan_key
            order by placements.placement_rank, placements.entered_on desc, placements.placement_key
        ) as preference
    from maintained
    inner join placements
        on
            maintained.la_code = placements.la_code
            and maintained.plan_key = placements.plan_key
            and placements.entered_on <= maintained.month_end
            and (placements.left_on is null or placements.left_on >= maintained.month_end)
)

select
    la_code,
    month_start,
    plan_key,
    placement_key,
    urn,
    ukprn,
    setting_type,
    setting_group,
    is_in_borough
from held
where preference = 1
