with

raw_rows as (
    {{ raw_in_use('sen2__request') }}
),

persons as (
    select * from {{ ref('stg_sen2__persons') }}
),

typed as (
    select
        la_code,
        {{ as_integer('person_number') }} as person_number,
        {{ as_integer('request_number') }} as request_number,
        {{ as_date('received_date') }} as received_on,
        {{ as_code('request_source') }} as source_code,
        {{ as_code('request_outcome') }} as outcome_code,
        {{ as_date('request_outcome_date') }} as outcome_on,
        {{ as_boolean('request_mediation') }} as is_mediated,
        {{ as_boolean('request_tribunal') }} as is_appealed,
        {{ as_code('exported') }} as exported_to
    from raw_rows
)

select
    typed.la_code,
    persons.person_key,
    typed.request_number,
    typed.received_on,
    typed.source_code,
    typed.outcome_code,
    typed.outcome_on,
    typed.is_mediated,
    typed.is_appealed,
    typed.exported_to
from typed
inner join persons
    on
        typed.la_code = persons.la_code
        and typed.person_number = persons.person_number
