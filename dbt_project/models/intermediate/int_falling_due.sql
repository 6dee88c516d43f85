with

clocks as (
    select * from {{ ref('int_clocks') }}
    where ended_on is null and stopped_on is null and not is_stopped
),

kinds as (
    select * from {{ ref('falling_due_kinds') }}
),

plan_months as (
    select * from {{ ref('int_plan_months') }}
    where month_start = {{ reporting_month_start() }}
),

schools as (
    select * from {{ ref('int_schools_of_pupils') }}
),

teams as (
    select * from {{ ref('int_case_teams') }}
),

banded as (
    select
        clocks.*,
        kinds.kind,
        case
            when clocks.due_on < {{ reporting_month_end() }} then 'overdue'
            when clocks.due_on <= {{ add_days(reporting_month_end(), 30) }} then 'within_30_days'
            when clocks.due_on <= {{ add_days(reporting_month_end(), 60) }} then 'within_31_to_60_days'
            when clocks.due_on <= {{ add_days(reporting_month_end(), 90) }} then 'within_61_to_90_days'
        end as due_band
    from clocks
    inner join kinds on clocks.clock_id = kinds.clock_id
)

select
    banded.la_code,
    banded.kind,
    banded.clock_id,
    banded.case_key,
    banded.due_on,
    banded.due_band,
    case when plan_months.plan_key is null then schools.urn else plan_months.urn end as urn,
    teams.case_team
from banded
left join plan_months
    on banded.la_code = plan_months.la_code and banded.plan_key = plan_months.plan_key
left join schools
    on banded.la_code = schools.la_code and banded.person_key = schools.person_key
left join teams
    on banded.la_code = teams.la_code and banded.person_key = teams.person_key
where banded.due_band is not null
