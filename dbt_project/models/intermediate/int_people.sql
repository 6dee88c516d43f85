with

persons as (
    select * from {{ ref('stg_sen2__persons') }}
),

ethnicities as (
    select * from {{ ref('ethnicity') }}
),

open_episodes as (
    select distinct
        la_code,
        person_key
    from {{ ref('stg_cin__episodes') }}
    where
        referred_on <= {{ reporting_month_end() }}
        and (closed_on is null or closed_on > {{ reporting_month_end() }})
),

-- A child recorded twice is one child: a field left empty in one record is taken from the other.
people as (
    select
        la_code,
        person_key,
        max(born_month) as born_month,
        max(case when sex in ('M', 'F') then sex end) as sex,
        max(ethnicity_code) as ethnicity_code
    from persons
    group by la_code, person_key
)

select
    people.la_code,
    people.person_key,
    people.born_month,
    coalesce(people.sex, 'unknown') as sex,
    coalesce(ethnicities.ethnicity_group, 'unknown') as ethnicity_group,
    open_episodes.person_key is not null as is_known_to_social_care
from people
left join open_episodes
    on people.la_code = open_episodes.la_code and people.person_key = open_episodes.person_key
left join ethnicities on people.ethnicity_code = ethnicities.code
