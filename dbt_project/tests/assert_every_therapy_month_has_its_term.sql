-- The reporting month's term stands in the seed of term dates; without it therapy would silently have no figure.
with

months as (
    select * from {{ ref('int_months') }}
    where is_reporting_month
),

terms as (
    select * from {{ ref('term_dates') }}
)

select months.month_start
from months
left join terms
    on months.academic_year = terms.academic_year and months.term = terms.term
where terms.term is null
