with

figures as (
    select * from {{ ref('fct_measures') }}
),

labels as (
    select * from {{ ref('breakdown_labels') }}
),

used as (
    select distinct
        breakdown_key,
        breakdown,
        breakdown_value
    from figures
)

select
    used.breakdown_key,
    used.breakdown,
    used.breakdown_value,
    coalesce(labels.label, used.breakdown_value) as breakdown_label,
    coalesce(labels.sort_order, 999) as sort_order
from used
left join labels
    on used.breakdown = labels.breakdown and used.breakdown_value = labels.breakdown_value
