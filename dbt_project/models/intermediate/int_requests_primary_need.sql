with

needs as (
    select * from {{ ref('stg_sen2__needs') }}
),

ranked as (
    select
        la_code,
        request_number,
        sen_type,
        row_number() over (
            partition by la_code, request_number order by coalesce(sen_type_rank, 99), need_number
        ) as first_need
    from needs
    where sen_type is not null
)

select
    la_code,
    request_number,
    sen_type as primary_need
from ranked
where first_need = 1
