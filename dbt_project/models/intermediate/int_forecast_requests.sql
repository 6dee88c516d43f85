with

request_years as (
    select * from {{ ref('int_forecast_request_years') }}
),

runs as (
    select * from {{ ref('int_forecast_runs') }}
),

totals as (
    select
        la_code,
        years_back,
        cast(sum(request_count) as {{ dbt.type_float() }}) as request_count
    from request_years
    group by la_code, years_back
),

-- Growth of the last year goes on at half the pace of the year before, each year.
growth as (
    select
        totals.la_code,
        totals.years_back,
        totals.request_count,
        totals.request_count - before.request_count as risen_by
    from totals
    inner join totals as before
        on totals.la_code = before.la_code and totals.years_back = before.years_back - 1
),

factors as (
    select
        growth.la_code,
        runs.*,
        (1 + runs.requests_change)
        * greatest(0, 1 + growth.risen_by * (1 - power(0.5, runs.years_ahead)) / growth.request_count) as request_factor
    from growth
    inner join runs on growth.years_back = runs.years_back
)

select
    factors.la_code,
    factors.years_back,
    factors.scenario,
    factors.years_ahead,
    request_years.age,
    request_years.primary_need,
    factors.request_factor,
    request_years.request_count * factors.request_factor as requests
from factors
inner join request_years
    on factors.la_code = request_years.la_code and factors.years_back = request_years.years_back
