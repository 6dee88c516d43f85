with

repatriations as (
    select * from {{ ref('int_repatriations_to_date') }}
    where counts_for_promise
),

starts as (
    select * from {{ ref('int_independent_special_starts_to_date') }}
),

savings_and_costs as (
    select
        la_code,
        month_start,
        person_key,
        'repatriation' as flow,
        full_year_saving_gbp as amount
    from repatriations
    union all
    select
        la_code,
        month_start,
        person_key,
        'new_start' as flow,
        -full_year_cost_gbp as amount
    from starts
)

select * from savings_and_costs
