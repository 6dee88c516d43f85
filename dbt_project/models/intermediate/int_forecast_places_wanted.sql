with

plans as (
    select
        *,
        {{ band_of_age('age') }} as age_band
    from {{ ref('int_forecast_plans') }}
    where years_ahead > 0
),

shares as (
    select * from {{ ref('int_forecast_shares') }}
)

select
    plans.la_code,
    plans.years_back,
    plans.scenario,
    plans.years_ahead,
    plans.age,
    plans.primary_need,
    shares.setting_type,
    shares.setting_group,
    plans.plans * shares.share as places,
    plans.kept_out
from plans
inner join shares
    on
        plans.la_code = shares.la_code
        and plans.years_back = shares.years_back
        and plans.age_band = shares.age_band
        and plans.primary_need = shares.primary_need
