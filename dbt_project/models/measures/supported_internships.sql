with

months as (
    select * from {{ ref('int_months') }}
),

internships as (
    select * from {{ ref('stg_outcomes__supported_internships') }}
),

plans as (
    select * from {{ ref('int_plans') }}
),

people as (
    select * from {{ ref('int_people') }}
),

-- A term stands in its last month.
terms as (
    select
        month_start,
        month_end,
        case
            when {{ month_of('month_start') }} = 12 then {{ add_months('month_start', -3) }}
            when {{ month_of('month_start') }} = 3 then {{ add_months('month_start', -2) }}
            else {{ add_months('month_start', -4) }}
        end as term_start
    from months
    where {{ month_of('month_start') }} in (3, 8, 12)
),

-- Three periods of which each two meet have a day in common: of the term, the internship and the plan.
on_internship as (
    select distinct
        internships.la_code,
        terms.month_start,
        terms.month_end,
        internships.person_key
    from terms
    inner join internships
        on
            terms.month_end >= internships.began_on
            and (internships.ended_on is null or internships.ended_on >= terms.term_start)
    inner join plans
        on
            internships.la_code = plans.la_code
            and internships.person_key = plans.person_key
            and terms.month_end >= plans.begun_on
            and (internships.ended_on is null or internships.ended_on >= plans.begun_on)
            and (plans.ceased_on is null or plans.ceased_on > terms.term_start)
            and (plans.ceased_on is null or plans.ceased_on > internships.began_on)
)

select
    on_internship.la_code,
    on_internship.month_start,
    on_internship.person_key,
    true as is_counted,
    {{ age_band('people.born_month', 'on_internship.month_end') }} as age_band,
    coalesce(people.sex, 'unknown') as sex
from on_internship
left join people
    on on_internship.la_code = people.la_code and on_internship.person_key = people.person_key
