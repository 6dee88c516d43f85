with

commissioned as (
    select * from {{ ref('stg_places__commissioned') }}
    where place_type_code = 'SPECIAL'
),

in_force as (
    select
        la_code,
        sum(
            case
                when starts_on <= {{ reporting_month_end() }} and ends_on >= {{ reporting_month_end() }}
                    then places_count
                else 0
            end
        ) as places_now,
        sum(
            case
                when
                    starts_on <= {{ add_months(reporting_month_end(), -12) }}
                    and ends_on >= {{ add_months(reporting_month_end(), -12) }}
                    then places_count
                else 0
            end
        ) as places_a_year_before
    from commissioned
    group by la_code
)

select
    la_code,
    greatest(places_now - places_a_year_before, 0) as places_added
from in_force
where places_a_year_before > 0
