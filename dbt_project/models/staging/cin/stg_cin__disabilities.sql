with

raw_rows as (
    {{ raw_in_use('cin__disability') }}
),

children as (
    select * from {{ ref('stg_cin__children') }}
),

typed as (
    select distinct
        la_code,
        {{ as_integer('child_number') }} as child_number,
        {{ as_code('disability') }} as disability_code
    from raw_rows
)

select
    typed.la_code,
    children.person_key,
    typed.disability_code
from typed
inner join children
    on typed.la_code = children.la_code and typed.child_number = children.child_number
