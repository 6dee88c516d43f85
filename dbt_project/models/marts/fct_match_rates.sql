with

named as (
    select * from {{ ref('int_people_named') }}
),

pairs as (
    select * from {{ source('identity', 'pair') }}
),

systems as (
    select
        la_code,
        person_key,
        count(distinct system) as system_count
    from named
    group by la_code, person_key
),

-- Whoever was linked by likelihood stands under the key that was kept.
likely as (
    select distinct one_key as person_key
    from pairs
    where outcome in ('linked', 'same')
),

waiting as (
    select one_key as person_key
    from pairs
    where outcome = 'waiting'
    union
    select other_key as person_key
    from pairs
    where outcome = 'waiting'
)

select
    named.la_code,
    named.source,
    named.month_start,
    cast(sum(named.row_count) as bigint) as row_count,
    count(*) as child_count,
    sum(case when systems.system_count > 1 then 1 else 0 end) as matched_count,
    count(likely.person_key) as likely_count,
    count(waiting.person_key) as waiting_count,
    cast(round(sum(case when systems.system_count > 1 then 1 else 0 end) * 1.0 / count(*), 4) as numeric) as match_rate
from named
inner join systems
    on named.la_code = systems.la_code and named.person_key = systems.person_key
left join likely
    on named.person_key = likely.person_key
left join waiting
    on named.person_key = waiting.person_key
group by named.la_code, named.source, named.month_start
