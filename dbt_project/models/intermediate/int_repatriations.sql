with

lines as (
    select * from {{ ref('int_repatriation_lines') }}
),

baselines as (
    select * from {{ ref('int_move_baselines') }}
),

rates as (
    select * from {{ ref('int_placement_first_rates') }}
),

travel as (
    select * from {{ ref('int_move_travel_savings') }}
),

costed as (
    select
        lines.*,
        {{ year_of('lines.dated_on') }}
        - case when {{ month_of('lines.dated_on') }} >= 4 then 0 else 1 end as financial_year_start,
        {{ year_of('lines.dated_on') }}
        - case when {{ month_of('lines.dated_on') }} >= 9 then 0 else 1 end as academic_year_start,
        baselines.baseline_full_year_gbp,
        round(rates.full_year_cost_gbp, 2) as new_full_year_gbp,
        -- A cost that finance does not hold leaves the saving unknown, not nothing.
        lines.sign * (baselines.baseline_full_year_gbp - round(rates.full_year_cost_gbp, 2)) as full_year_saving_gbp,
        lines.sign * round(travel.travel_saving_gbp, 2) as travel_saving_gbp
    from lines
    left join baselines
        on lines.la_code = baselines.la_code and lines.placement_key = baselines.placement_key
    left join rates
        on lines.la_code = rates.la_code and lines.next_placement_key = rates.placement_key
    left join travel
        on lines.la_code = travel.la_code and lines.placement_key = travel.placement_key
),

dated as (
    select
        *,
        {{ day_in_year('financial_year_start', "'04-01'") }} as year_starts_on,
        {{ day_in_year('financial_year_start + 1', "'03-31'") }} as year_ends_on,
        -- A reversal keeps the year group and the transition of the move that it takes back.
        {{ day_in_year(year_of('moved_on'), "'08-31'") }} as summer_on
    from costed
)

select
    *,
    {{ split_year('financial_year_start', '-') }} as financial_year,
    {{ split_year('academic_year_start', '/') }} as academic_year,
    {{ year_group('born_month', 'moved_on') }} as year_group,
    {{ month_of('moved_on') }} in (7, 8, 9)
    and {{ year_group('born_month', 'summer_on') }} in (0, 3, 7, 12) as is_key_transition,
    old_high_age <= {{ age_at_31_august('born_month', 'summer_on') }} + 1 as old_school_age_range_ended,
    round(
        full_year_saving_gbp
        * ({{ dbt.datediff('dated_on', 'year_ends_on', 'day') }} + 1)
        / ({{ dbt.datediff('year_starts_on', 'year_ends_on', 'day') }} + 1), 2
    ) as part_year_saving_gbp,
    kind <> 'forecast' and is_a_return_to_bexley
    and origin = 'independent_special' and destination = 'bexley_setting' as counts_for_promise,
    kind <> 'forecast' and is_a_return_to_bexley as counts_for_safety_valve,
    is_a_return_to_bexley
    and origin = 'independent_special' and destination = 'bexley_setting' as is_within_the_promise
from dated
