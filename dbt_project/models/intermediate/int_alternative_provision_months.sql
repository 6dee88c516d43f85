with

months as (
    select * from {{ ref('int_months') }}
    where {{ month_of('month_start') }} in (1, 5, 10)
),

placements as (
    select * from {{ ref('stg_places__alternative_provision') }}
),

-- The last day of a placement is a day there.
held as (
    select
        months.month_start,
        placements.la_code,
        placements.person_key,
        placements.provider_urn,
        placements.reason_code,
        row_number() over (
            partition by placements.la_code, months.month_start, placements.person_key
            order by
                placements.started_on desc, placements.sessions_a_week_count desc, placements.provider_name,
                placements.reason_code
        ) as newest_first
    from months
    inner join placements
        on
            months.month_end >= placements.started_on
            and (placements.ended_on is null or months.month_end <= placements.ended_on)
)

select
    la_code,
    month_start,
    person_key,
    provider_urn,
    reason_code
from held
where newest_first = 1
