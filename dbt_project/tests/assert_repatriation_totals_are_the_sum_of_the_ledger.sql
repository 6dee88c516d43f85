-- The totals of the reporting month, added up a second way from the lines that readers see.
with

totals as (
    select * from {{ ref('fct_repatriation_totals') }}
    where month_start = {{ reporting_month_start() }}
),

lines as (
    select * from {{ ref('fct_repatriations') }}
    where moved_on <= {{ reporting_month_end() }}
),

added_up as (
    select
        totals.la_code,
        totals.basis,
        coalesce(sum(lines.learner_count), 0) as learner_count,
        coalesce(sum(lines.full_year_saving_gbp), 0) as full_year_saving_gbp,
        coalesce(sum(lines.part_year_saving_gbp), 0) as part_year_saving_gbp
    from totals
    left join lines
        on
            totals.la_code = lines.la_code
            and totals.financial_year = lines.financial_year
            and case when totals.basis = 'promise' then lines.counts_for_promise else lines.counts_for_safety_valve end
    group by totals.la_code, totals.basis
)

select
    totals.la_code,
    totals.basis
from totals
inner join added_up on totals.la_code = added_up.la_code and totals.basis = added_up.basis
where
    totals.learner_count <> added_up.learner_count
    or totals.full_year_saving_gbp <> added_up.full_year_saving_gbp
    or totals.part_year_saving_gbp <> added_up.part_year_saving_gbp
