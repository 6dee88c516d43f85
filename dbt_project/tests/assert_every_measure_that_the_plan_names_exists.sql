{{ config(severity="warn") }}

-- A name that is no measure's links to nothing, and nobody would miss it. A warning: the list is the programme
-- office's, and a slip of theirs is no reason to keep the month's figures from the Board.
with

promises as (
    select
        action_id as promise,
        measure_ids
    from {{ ref('int_action_months') }}
    where measure_ids is not null
    union all
    select
        cast(recommendation_number as {{ dbt.type_string() }}) as promise,
        measure_ids
    from {{ ref('stg_delivery_plan__recommendations') }}
    where measure_ids is not null
),

measures as (
    select * from {{ ref('dim_measures') }}
)

select
    promises.promise,
    promises.measure_ids,
    count(measures.measure_id) as found_count
from promises
left join measures on {{ is_named_in('measures.measure_id', "replace(promises.measure_ids, ' ', '')", ';') }}
group by promises.promise, promises.measure_ids
having
    count(distinct measures.measure_id)
    <> length(promises.measure_ids) - length(replace(promises.measure_ids, ';', '')) + 1
