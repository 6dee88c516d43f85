with

cases as (
    select * from {{ ref('int_falling_due') }}
),

establishments as (
    select * from {{ ref('dim_establishments') }}
)

select
    cases.la_code,
    {{ reporting_month_end() }} as as_of_on,
    cases.kind,
    cases.clock_id,
    cases.due_band,
    coalesce(establishments.urn, 'none') as urn,
    coalesce(cases.case_team, 'not allocated') as case_team,
    max(establishments.establishment_name) as establishment_name,
    count(*) as case_count
from cases
left join establishments
    on cases.la_code = establishments.la_code and cases.urn = establishments.urn
group by
    cases.la_code,
    cases.kind,
    cases.clock_id,
    cases.due_band,
    coalesce(establishments.urn, 'none'),
    coalesce(cases.case_team, 'not allocated')
