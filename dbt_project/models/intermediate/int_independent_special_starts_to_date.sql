with

months as (
    select * from {{ ref('int_months') }}
),

starts as (
    select
        *,
        {{ year_of('entered_on') }} - case when {{ month_of('entered_on') }} >= 4 then 0 else 1 end
            as financial_year_start
    from {{ ref('int_independent_special_starts') }}
)

select
    starts.la_code,
    months.month_start,
    starts.person_key,
    starts.placement_key,
    starts.full_year_cost_gbp
from months
inner join starts
    on
        months.financial_year = {{ split_year('starts.financial_year_start', '-') }}
        and starts.entered_on <= months.month_end
