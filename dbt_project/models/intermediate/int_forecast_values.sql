with

plans as (
    select * from {{ ref('int_forecast_plans') }}
),

requests as (
    select * from {{ ref('int_forecast_requests') }}
),

places as (
    select * from {{ ref('int_forecast_places') }}
),

costs as (
    select * from {{ ref('int_forecast_costs') }}
),

cells as (
    select
        la_code,
        years_back,
        scenario,
        years_ahead,
        'plans' as measure,
        'all' as setting_type,
        age,
        primary_need,
        plans as cell_value
    from plans
    union all
    select
        la_code,
        years_back,
        scenario,
        years_ahead,
        'requests' as measure,
        'all' as setting_type,
        age,
        primary_need,
        requests
    from requests
    union all
    select
        la_code,
        years_back,
        scenario,
        years_ahead,
        'places' as measure,
        setting_type,
        age,
        primary_need,
        places
    from places
    union all
    select
        places.la_code,
        places.years_back,
        places.scenario,
        places.years_ahead,
        'cost_gbp' as measure,
        'all' as setting_type,
        places.age,
        places.primary_need,
        places.places * costs.mean_cost_gbp as cell_value
    from places
    inner join costs on places.la_code = costs.la_code and places.setting_type = costs.setting_type
)

select
    la_code,
    years_back,
    scenario,
    years_ahead,
    measure,
    setting_type,
    coalesce(cast(age as {{ dbt.type_string() }}), 'all') as age,
    coalesce(primary_need, 'all') as primary_need,
    case
        when grouping(age) = 1 and grouping(primary_need) = 1 then 'total'
        when grouping(primary_need) = 1 then 'by_age'
        when grouping(age) = 1 then 'by_need'
        else 'by_age_and_need'
    end as detail,
    sum(cell_value) as forecast_value
from cells
where age is not null
group by
    grouping sets (
        (la_code, years_back, scenario, years_ahead, measure, setting_type),
        (la_code, years_back, scenario, years_ahead, measure, setting_type, age),
        (la_code, years_back, scenario, years_ahead, measure, setting_type, primary_need),
        (la_code, years_back, scenario, years_ahead, measure, setting_type, age, primary_need)
    )
