with

needs as (
    {{ raw_in_use('census__sen_need') }}
),

pupils as (
    {{ raw_in_use('census__pupil', with_person=true) }}
),

returns as (
    {{ raw_in_use('census__school') }}
),

typed as (
    select
        needs.la_code,
        needs.delivery_month as census_month,
        pupils.person_key,
        trim(returns.la_number) as establishment_la_code,
        trim(returns.establishment_number) as establishment_number,
        {{ as_code('needs.sen_type') }} as sen_type_code,
        {{ as_integer('needs.sen_type_rank') }} as need_rank,
        needs.row_number as sent_as_number
    from needs
    inner join pupils
        on {{ same_pupil('needs', 'pupils') }}
    inner join returns
        on pupils.delivery_id = returns.delivery_id and pupils.school_census_id = returns.school_census_id
)

-- Schools give two needs the same rank: the order is that of the ranks, then of the file.
select
    la_code,
    census_month,
    person_key,
    establishment_la_code,
    establishment_number,
    cast(row_number() over (
        partition by la_code, census_month, person_key, establishment_la_code, establishment_number
        order by need_rank, sent_as_number
    ) as integer) as need_order,
    sen_type_code
from typed
