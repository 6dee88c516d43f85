with

bases as (
    select * from {{ ref('int_repatriation_bases') }}
    where is_reporting_month
),

-- Moves that plans name already and that fall in the financial year of the reporting month.
named as (
    select * from {{ ref('int_repatriations') }}
    where kind = 'forecast' and is_a_return_to_bexley
)

select
    bases.la_code,
    bases.month_start,
    bases.basis,
    count(*) as learner_count,
    sum(named.full_year_saving_gbp) as full_year_saving_gbp,
    sum(case when named.full_year_saving_gbp is null then 1 else 0 end) as uncosted_line_count
from bases
inner join named
    on
        bases.la_code = named.la_code
        and bases.financial_year = named.financial_year
        and (bases.basis = 'safety_valve' or named.is_within_the_promise)
group by bases.la_code, bases.month_start, bases.basis
