-- A row that falls out of a breakdown would be missed by nobody: each breakdown of a count or rate sums to the whole,
-- less the group that only stands beside it.
with

figures as (
    select * from {{ ref('fct_measures') }}
),

measures as (
    select * from {{ ref('dim_measures') }}
    where kind in ('count', 'rate')
),

sums as (
    select
        figures.la_code,
        figures.measure_id,
        figures.month_start,
        figures.breakdown,
        sum(figures.numerator_count) as numerator_count,
        sum(figures.denominator_count) as denominator_count
    from figures
    inner join measures on figures.measure_id = measures.measure_id
    where
        measures.beside_value is null
        or figures.breakdown <> measures.beside_breakdown
        or figures.breakdown_value <> measures.beside_value
    group by figures.la_code, figures.measure_id, figures.month_start, figures.breakdown
)

select
    whole.measure_id,
    whole.month_start,
    parts.breakdown,
    whole.numerator_count as whole_numerator,
    parts.numerator_count as parts_numerator
from sums as whole
inner join sums as parts
    on
        whole.la_code = parts.la_code
        and whole.measure_id = parts.measure_id
        and whole.month_start = parts.month_start
where
    whole.breakdown = 'all'
    and (
        whole.numerator_count <> parts.numerator_count
        or coalesce(whole.denominator_count, 0) <> coalesce(parts.denominator_count, 0)
    )
