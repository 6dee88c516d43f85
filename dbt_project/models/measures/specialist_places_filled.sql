with

months as (
    select * from {{ ref('int_months') }}
),

commissioned as (
    select * from {{ ref('stg_places__commissioned') }}
    where place_type_code in ('SPECIAL', 'RESOURCED', 'UNIT')
),

pupils as (
    select * from {{ ref('int_census_pupils') }}
),

schools as (
    select * from {{ ref('int_schools') }}
),

censuses as (
    select
        la_code,
        census_month,
        max(census_on) as census_on
    from pupils
    group by la_code, census_month
),

learners as (
    select
        la_code,
        census_month,
        urn,
        place_type,
        count(*) as learner_count
    from pupils
    where place_type is not null
    group by la_code, census_month, urn, place_type
)

select
    commissioned.la_code,
    months.month_start,
    coalesce(learners.learner_count, 0) as amount,
    commissioned.places_count as base,
    coalesce(learners.learner_count, 0) as contributor_count,
    commissioned.place_type_code as place_type,
    coalesce(schools.school, commissioned.urn) as school
from months
inner join censuses on months.month_start = censuses.census_month
inner join commissioned
    on
        censuses.la_code = commissioned.la_code
        and censuses.census_on >= commissioned.starts_on
        and censuses.census_on <= commissioned.ends_on
left join learners
    on
        commissioned.la_code = learners.la_code
        and censuses.census_month = learners.census_month
        and commissioned.urn = learners.urn
        and commissioned.place_type_code = learners.place_type
left join schools on commissioned.la_code = schools.la_code and commissioned.urn = schools.urn
