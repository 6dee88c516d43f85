-- The catalogue draws the target lines of the measures, the seed serves the totals: they must say the same.
with

targets as (
    select * from {{ ref('dim_measures') }}
),

promises as (
    select * from {{ ref('repatriation_promise') }}
),

written as (
    select
        'learners_repatriated' as measure_id,
        learner_count as promised
    from promises
    union all
    select
        'repatriation_saving_per_learner' as measure_id,
        mean_saving_gbp as promised
    from promises
    union all
    select
        'repatriation_saving' as measure_id,
        saving_gbp as promised
    from promises
)

select
    written.measure_id,
    written.promised,
    targets.target_value
from written
inner join targets on written.measure_id = targets.measure_id
where written.promised <> coalesce(targets.target_value, 0)
