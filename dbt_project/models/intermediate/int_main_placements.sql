with

placements as (
    select * from {{ ref('int_placements') }}
    where placement_rank = 1
)

select
    la_code,
    placement_key,
    plan_key,
    person_key,
    coalesce(urn, ukprn) as provider_key,
    urn,
    setting_type,
    entered_on,
    left_on,
    high_age,
    coalesce(is_in_borough, false) as is_in_borough,
    setting_type in ('special_independent', 'special_non_maintained') as is_independent_special,
    case
        when setting_type in ('special_independent', 'special_non_maintained') then 'independent_special'
        when setting_type in ('special_maintained', 'special_academy_free') and not is_in_borough
            then 'out_of_borough_special'
    end as origin,
    case
        when not coalesce(is_in_borough, false) then 'other'
        when setting_type in ('special_independent', 'special_non_maintained') then 'other'
        when setting_group = 'post_16' then 'bexley_post_16'
        else 'bexley_setting'
    end as destination
from placements
