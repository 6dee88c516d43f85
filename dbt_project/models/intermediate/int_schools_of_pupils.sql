with

pupils as (
    select * from {{ ref('stg_census__pupils') }}
    where is_counted and person_key is not null
),

establishments as (
    select * from {{ ref('stg_gias__establishments') }}
),

-- A number of a school can have had several URNs; the open one stands for it.
numbered as (
    select
        *,
        row_number() over (
            partition by la_code, establishment_la_code, establishment_number
            order by case when is_open then 0 else 1 end, urn
        ) as open_first
    from establishments
    where establishment_number is not null
),

counted as (
    select
        pupils.la_code,
        pupils.person_key,
        pupils.census_month,
        numbered.urn,
        row_number() over (
            partition by pupils.la_code, pupils.person_key
            order by pupils.census_month desc, pupils.entered_on desc, numbered.urn
        ) as newest_first
    from pupils
    inner join numbered
        on
            pupils.la_code = numbered.la_code
            and pupils.establishment_la_code = numbered.establishment_la_code
            and pupils.establishment_number = numbered.establishment_number
            and numbered.open_first = 1
)

select
    la_code,
    person_key,
    census_month,
    urn
from counted
where newest_first = 1
