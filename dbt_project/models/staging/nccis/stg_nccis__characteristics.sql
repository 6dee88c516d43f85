with

raw_rows as (
    {{ raw_in_use('nccis__characteristic') }}
),

young_people as (
    select * from {{ ref('stg_nccis__young_people') }}
),

typed as (
    select distinct
        la_code,
        delivery_month as month_start,
        {{ as_integer('young_person_number') }} as young_person_number,
        {{ as_code('characteristic_code') }} as characteristic_code
    from raw_rows
)

select
    typed.la_code,
    young_people.person_key,
    typed.month_start,
    typed.characteristic_code
from typed
inner join young_people
    on
        typed.la_code = young_people.la_code
        and typed.month_start = young_people.month_start
        and typed.young_person_number = young_people.young_person_number
