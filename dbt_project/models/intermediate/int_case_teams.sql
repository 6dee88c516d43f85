with

allocations as (
    select * from {{ ref('stg_casework__allocations') }}
),

teams as (
    select * from {{ ref('case_team') }}
),

-- A team that hands over late holds a child beside the next one, whose case it is by then.
holding as (
    select
        allocations.la_code,
        allocations.person_key,
        teams.label as case_team,
        row_number() over (
            partition by allocations.la_code, allocations.person_key
            order by allocations.allocated_on desc, allocations.allocation_id desc
        ) as newest_first
    from allocations
    inner join teams on allocations.team_code = teams.code
    where
        allocations.allocated_on <= {{ reporting_month_end() }}
        and (allocations.ended_on is null or allocations.ended_on >= {{ reporting_month_end() }})
)

select
    la_code,
    person_key,
    case_team
from holding
where newest_first = 1
