with

pupils as (
    select * from {{ ref('int_census_pupils') }}
),

censuses as (
    select distinct
        la_code,
        census_month,
        term_month
    from pupils
)

-- A term is reported by the two censuses after it, the second of them at most eight months after its last month: until
-- one of them has come, nobody knows of an exclusion, and none would be a false nought.
select distinct
    held.la_code,
    held.term_month
from censuses as held
inner join censuses as reporting
    on
        held.la_code = reporting.la_code
        and reporting.census_month > held.term_month
        and reporting.census_month <= {{ add_months('held.term_month', 8) }}
