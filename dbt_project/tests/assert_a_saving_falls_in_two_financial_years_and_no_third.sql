-- The part of this year and that of the next make the full-year saving, and neither outgrows it.
select
    la_code,
    repatriation_id
from {{ ref('fct_repatriations') }}
where
    part_year_saving_gbp + following_year_saving_gbp <> full_year_saving_gbp
    or abs(part_year_saving_gbp) > abs(full_year_saving_gbp)
