with

bases as (
    select * from {{ ref('int_repatriation_bases') }}
),

repatriations as (
    select * from {{ ref('int_repatriations_to_date') }}
)

select
    bases.la_code,
    bases.month_start,
    bases.basis,
    sum(repatriations.learner_count) as learner_count,
    sum(case when repatriations.full_year_saving_gbp is not null then repatriations.learner_count end)
        as costed_learner_count,
    sum(case when repatriations.full_year_saving_gbp is null then 1 else 0 end) as uncosted_line_count,
    sum(repatriations.full_year_saving_gbp) as full_year_saving_gbp,
    sum(repatriations.part_year_saving_gbp) as part_year_saving_gbp,
    sum(repatriations.travel_saving_gbp) as travel_saving_gbp
from bases
inner join repatriations
    on
        bases.la_code = repatriations.la_code
        and bases.month_start = repatriations.month_start
        and (bases.basis = 'safety_valve' or repatriations.counts_for_promise)
group by bases.la_code, bases.month_start, bases.basis
