-- The baseline pulls no lever. With more requests there are more of them in every year in which they are made, and
-- never fewer plans or less money; levers on places leave requests and plans as they are.
with

totals as (
    select * from {{ ref('fct_forecasts') }}
    where setting_type = 'all' and age = 'all' and primary_need = 'all'
),

pulled as (
    select
        scenario,
        years_ahead,
        requests_change,
        special_places_late_years,
        independent_starts_change,
        max(abs(requests_change)) over (partition by scenario) > 0 as ever_more_requests
    from {{ ref('int_forecast_runs') }}
    where years_back = 0
),

compared as (
    select
        totals.*,
        pulled.requests_change,
        pulled.special_places_late_years,
        pulled.independent_starts_change,
        pulled.ever_more_requests,
        totals.value - baseline.value as more
    from totals
    inner join pulled on totals.scenario = pulled.scenario and totals.years_ahead = pulled.years_ahead
    inner join totals as baseline
        on
            totals.la_code = baseline.la_code
            and totals.measure = baseline.measure
            and totals.years_ahead = baseline.years_ahead
            and baseline.scenario = 'baseline'
)

select *
from compared
where
    (years_ahead = 0 and more <> 0)
    or (requests_change > 0 and more < 0)
    or (requests_change > 0 and measure = 'requests' and value > 0 and more = 0)
    or (requests_change = 0 and not ever_more_requests and measure in ('plans', 'requests') and more <> 0)
    or (
        scenario = 'baseline'
        and (requests_change <> 0 or special_places_late_years <> 0 or independent_starts_change <> 0)
    )
