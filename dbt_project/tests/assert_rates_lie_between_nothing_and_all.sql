with

figures as (
    select * from {{ ref('fct_measures') }}
),

measures as (
    select * from {{ ref('dim_measures') }}
    where kind = 'rate'
)

select figures.*
from figures
inner join measures on figures.measure_id = measures.measure_id
where
    figures.value < 0
    or figures.value > 1
    or figures.numerator_count > figures.denominator_count
    or figures.denominator_count = 0
