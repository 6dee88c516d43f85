with

repatriations as (
    select * from {{ ref('int_repatriations') }}
),

-- A number that says nothing: its order comes from a hash of random keys.
numbered as (
    select
        *,
        row_number() over (
            partition by la_code order by {{ dbt.hash("concat(person_key, placement_key, kind)") }}
        ) as repatriation_id
    from repatriations
)

select
    la_code,
    cast(repatriation_id as integer) as repatriation_id,
    kind,
    financial_year,
    academic_year,
    left_on,
    dated_on as moved_on,
    origin,
    {{ surrogate_key(['la_code', 'old_urn'], unless='old_urn') }} as old_establishment_key,
    old_urn,
    old_setting_type,
    {{ surrogate_key(['la_code', 'new_urn'], unless='new_urn') }} as new_establishment_key,
    new_urn,
    new_setting_type,
    destination,
    year_group,
    is_key_transition,
    old_school_age_range_ended,
    cast(baseline_full_year_gbp as numeric(12, 2)) as baseline_full_year_gbp,
    cast(new_full_year_gbp as numeric(12, 2)) as new_full_year_gbp,
    cast(full_year_saving_gbp as numeric(12, 2)) as full_year_saving_gbp,
    cast(part_year_saving_gbp as numeric(12, 2)) as part_year_saving_gbp,
    cast(full_year_saving_gbp - part_year_saving_gbp as numeric(12, 2)) as following_year_saving_gbp,
    cast(travel_saving_gbp as numeric(12, 2)) as travel_saving_gbp,
    excluded_reason,
    counts_for_promise,
    counts_for_safety_valve,
    learner_count
from numbered
