-- depends_on: {{ ref('int_months') }}
with

gathered as (
    {{ gather_measures() }}
)

select
    la_code,
    measure_id,
    month_start,
    breakdown,
    breakdown_value,
    numerator_count,
    denominator_count,
    value,
    contributor_count
from gathered
