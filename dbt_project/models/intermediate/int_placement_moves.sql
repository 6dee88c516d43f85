with

leavers as (
    select * from {{ ref('int_placement_leavers') }}
),

placements as (
    select * from {{ ref('int_main_placements') }}
)

select
    leavers.la_code,
    leavers.placement_key,
    leavers.next_placement_key,
    leavers.plan_key,
    leavers.person_key,
    leavers.origin,
    leavers.left_on,
    coalesce(arrivals.entered_on, {{ add_days('leavers.left_on', 1) }}) as moved_on,
    leavers.urn as old_urn,
    leavers.provider_key as old_provider_key,
    leavers.setting_type as old_setting_type,
    leavers.high_age as old_high_age,
    arrivals.urn as new_urn,
    arrivals.provider_key as new_provider_key,
    arrivals.setting_type as new_setting_type,
    coalesce(arrivals.destination, 'other') as destination,
    coalesce(arrivals.is_independent_special, false) as is_to_independent_special,
    coalesce(arrivals.is_in_borough, false) as is_to_the_borough,
    -- Left or entered after the reporting month: named in the plan, not yet made.
    greatest(leavers.left_on, coalesce(arrivals.entered_on, leavers.left_on)) > {{ reporting_month_end() }}
        as is_forecast
from leavers
left join placements as arrivals
    on leavers.la_code = arrivals.la_code and leavers.next_placement_key = arrivals.placement_key
