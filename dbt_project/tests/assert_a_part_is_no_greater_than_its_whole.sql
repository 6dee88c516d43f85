{{ config(severity="warn") }}

-- A measure that counts a part of another (`within`) cannot count more than it. A warning: a decision logged
-- without its meeting is a gap in the log, which the month can bear.
with

figures as (
    select * from {{ ref('fct_measures') }}
    where breakdown = 'all'
),

measures as (
    select * from {{ ref('dim_measures') }}
    where within_measure_id is not null
)

select
    part.measure_id,
    part.month_start,
    part.numerator_count as part_count,
    whole.numerator_count as whole_count
from measures
inner join figures as part on measures.measure_id = part.measure_id
inner join figures as whole
    on
        measures.within_measure_id = whole.measure_id
        and part.la_code = whole.la_code
        and part.month_start = whole.month_start
where part.numerator_count > whole.numerator_count
