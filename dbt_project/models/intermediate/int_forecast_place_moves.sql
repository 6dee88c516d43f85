with

wanted as (
    select * from {{ ref('int_forecast_places_wanted') }}
    where setting_group in ('special', 'independent_special')
),

runs as (
    select * from {{ ref('int_forecast_runs') }}
),

added as (
    select * from {{ ref('int_special_places_added') }}
),

-- Within a group, by the settings that hold its places at the origin.
mixes as (
    select
        la_code,
        years_back,
        setting_group,
        setting_type,
        cast(count(*) as {{ dbt.type_float() }})
        / sum(count(*)) over (partition by la_code, years_back, setting_group) as share
    from {{ ref('int_forecast_plan_years') }}
    where setting_group in ('special', 'independent_special')
    group by la_code, years_back, setting_group, setting_type
),

weighed as (
    select
        wanted.*,
        runs.special_places_late_years * coalesce(added.places_added, 0) as late_places,
        sum(wanted.places) over (
            partition by wanted.la_code, wanted.years_back, wanted.scenario, wanted.years_ahead, wanted.setting_group
        ) as group_places,
        sum(wanted.places) over (
            partition by
                wanted.la_code, wanted.years_back, wanted.scenario, wanted.years_ahead, wanted.age, wanted.primary_need,
                wanted.setting_group
        ) as group_places_of_cell
    from wanted
    inner join runs
        on
            wanted.years_back = runs.years_back
            and wanted.scenario = runs.scenario
            and wanted.years_ahead = runs.years_ahead
    left join added on wanted.la_code = added.la_code
),

-- No more can be late, or be kept out, than there would have been.
freed as (
    select
        *,
        case setting_group
            when 'special' then places * least(1, late_places / nullif(group_places, 0))
            else places * least(1, kept_out / nullif(group_places_of_cell, 0))
        end as freed_places
    from weighed
)

-- A place that is not taken in the one group of special schools is needed in the other.
select
    freed.la_code,
    freed.years_back,
    freed.scenario,
    freed.years_ahead,
    freed.age,
    freed.primary_need,
    freed.setting_type as from_setting_type,
    mixes.setting_type as to_setting_type,
    freed.freed_places * mixes.share as places
from freed
inner join mixes
    on
        freed.la_code = mixes.la_code
        and freed.years_back = mixes.years_back
        and freed.setting_group <> mixes.setting_group
where freed.freed_places <> 0
