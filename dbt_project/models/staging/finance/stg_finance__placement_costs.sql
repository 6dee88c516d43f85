with

raw_rows as (
    {{ raw_in_use('finance__placement_cost', with_person=true) }}
),

typed as (
    select
        la_code,
        person_key,
        {{ as_code('provider_urn') }} as urn,
        {{ as_code('provider_ukprn') }} as ukprn,
        {{ as_date('effective_from') }} as effective_from,
        {{ as_date('effective_to') }} as effective_to,
        {{ as_numeric('annual_place_gbp') }} as annual_place_gbp,
        {{ as_numeric('annual_top_up_gbp') }} as annual_top_up_gbp,
        {{ as_numeric('annual_therapy_gbp') }} as annual_therapy_gbp
    from raw_rows
)

select
    *,
    annual_place_gbp + annual_top_up_gbp + annual_therapy_gbp as annual_cost_gbp
from typed
