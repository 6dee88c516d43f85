with

bases as (
    select * from {{ ref('int_repatriation_bases') }}
),

savings as (
    select * from {{ ref('int_repatriation_savings_to_date') }}
),

starts as (
    select
        la_code,
        month_start,
        count(*) as start_count,
        sum(full_year_cost_gbp) as full_year_cost_gbp
    from {{ ref('int_independent_special_starts_to_date') }}
    group by la_code, month_start
),

forecasts as (
    select * from {{ ref('int_repatriation_forecasts') }}
),

promises as (
    select * from {{ ref('repatriation_promise') }}
)

select
    bases.la_code,
    bases.financial_year,
    bases.month_start,
    bases.basis,
    cast(coalesce(savings.learner_count, 0) as integer) as learner_count,
    cast(savings.full_year_saving_gbp / nullif(savings.costed_learner_count, 0) as numeric(12, 2)) as mean_saving_gbp,
    cast(coalesce(savings.full_year_saving_gbp, 0) as numeric(14, 2)) as full_year_saving_gbp,
    cast(coalesce(savings.part_year_saving_gbp, 0) as numeric(14, 2)) as part_year_saving_gbp,
    cast(coalesce(savings.travel_saving_gbp, 0) as numeric(14, 2)) as travel_saving_gbp,
    cast(coalesce(savings.uncosted_line_count, 0) as integer) as uncosted_line_count,
    cast(coalesce(starts.start_count, 0) as integer) as new_start_count,
    cast(coalesce(starts.full_year_cost_gbp, 0) as numeric(14, 2)) as new_start_full_year_cost_gbp,
    cast(coalesce(savings.full_year_saving_gbp, 0) - coalesce(starts.full_year_cost_gbp, 0) as numeric(14, 2))
        as net_saving_gbp,
    cast(case when bases.is_reporting_month then coalesce(forecasts.learner_count, 0) end as integer)
        as forecast_learner_count,
    cast(case when bases.is_reporting_month then coalesce(forecasts.full_year_saving_gbp, 0) end as numeric(14, 2))
        as forecast_saving_gbp,
    cast(case when bases.is_reporting_month then coalesce(forecasts.uncosted_line_count, 0) end as integer)
        as forecast_uncosted_line_count,
    promises.learner_count as target_learner_count,
    cast(promises.mean_saving_gbp as numeric(12, 2)) as target_mean_saving_gbp,
    cast(promises.saving_gbp as numeric(14, 2)) as target_saving_gbp
from bases
left join savings
    on bases.la_code = savings.la_code and bases.month_start = savings.month_start and bases.basis = savings.basis
left join starts
    on bases.la_code = starts.la_code and bases.month_start = starts.month_start
left join forecasts
    on bases.la_code = forecasts.la_code and bases.month_start = forecasts.month_start and bases.basis = forecasts.basis
left join promises
    on bases.basis = promises.basis
