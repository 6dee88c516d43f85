with

months as (
    select * from {{ ref('int_months') }}
    where {{ month_of('month_start') }} in (1, 5, 10)
),

commissioned as (
    select * from {{ ref('stg_places__commissioned') }}
    where place_type_code = 'AP'
),

placements as (
    select * from {{ ref('stg_places__alternative_provision') }}
),

held as (
    select * from {{ ref('int_alternative_provision_months') }}
),

schools as (
    select * from {{ ref('int_schools') }}
),

-- Before its first placement the list says nothing, and no learner would be a false nought.
listed as (
    select
        la_code,
        min(started_on) as since
    from placements
    group by la_code
),

learners as (
    select
        la_code,
        month_start,
        provider_urn,
        count(*) as learner_count
    from held
    group by la_code, month_start, provider_urn
)

select
    commissioned.la_code,
    months.month_start,
    coalesce(learners.learner_count, 0) as amount,
    commissioned.places_count as base,
    coalesce(learners.learner_count, 0) as contributor_count,
    coalesce(schools.school, commissioned.urn) as school
from months
inner join commissioned
    on months.month_end >= commissioned.starts_on and months.month_end <= commissioned.ends_on
inner join listed on commissioned.la_code = listed.la_code and months.month_end >= listed.since
left join learners
    on
        commissioned.la_code = learners.la_code
        and months.month_start = learners.month_start
        and commissioned.urn = learners.provider_urn
left join schools on commissioned.la_code = schools.la_code and commissioned.urn = schools.urn
