with

months as (
    select * from {{ ref('int_therapy_term_months') }}
),

month_ends as (
    select * from {{ ref('int_months') }}
),

specifications as (
    select * from {{ ref('stg_therapy__section_f') }}
)

select
    specifications.la_code,
    months.month_start,
    specifications.person_key,
    specifications.therapy,
    sum(specifications.sessions_per_term * specifications.minutes_per_session) as specified_term_minutes
from months
inner join month_ends
    on months.month_start = month_ends.month_start
inner join specifications
    on
        months.la_code = specifications.la_code
        and specifications.valid_from <= month_ends.month_end
        and (specifications.valid_to is null or specifications.valid_to >= month_ends.month_end)
group by
    specifications.la_code, months.month_start, specifications.person_key, specifications.therapy
