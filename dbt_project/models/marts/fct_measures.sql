-- depends_on: {{ ref('int_months') }}
with

gathered as (
    {{ gather_measures() }}
)

select
    {{ surrogate_key(['la_code', 'measure_id', 'month_start', 'breakdown', 'breakdown_value']) }} as figure_key,
    la_code,
    measure_id,
    month_start,
    breakdown,
    breakdown_value,
    {{ surrogate_key(['breakdown', 'breakdown_value']) }} as breakdown_key,
    numerator_count,
    denominator_count,
    value,
    contributor_count
from gathered
