with

judged as (
    select * from {{ ref('int_kitemark_sources') }}
),

-- One no is a no, and what is not known of one source is not known of the figure.
gathered as (
    select
        measure_id,
        month_start,
        part,
        max(case when state = 'no' then 1 else 0 end) as has_no,
        max(case when state = 'not_known' then 1 else 0 end) as has_not_known,
        {{ dbt.listagg(
            "case when state = 'no' then concat(title, ' ', fault) end", "'; '", "order by title"
        ) }} as faults,
        {{ dbt.listagg(
            "case when state = 'not_known' then concat(title, ' ', fault) end", "'; '", "order by title"
        ) }} as unknowns
    from judged
    group by measure_id, month_start, part
)

select
    measure_id,
    month_start,
    part,
    case when has_no = 1 then 'no' when has_not_known = 1 then 'not_known' else 'yes' end as state,
    case
        when has_no = 1 then faults
        when has_not_known = 1 then unknowns
        when part = 'timely' then 'every source came by the day it was due'
        when part = 'complete' then 'every source is the last that was due, with fewer than 3 rows in 100 set aside'
        else 'every rule holds in more than 97 rows of 100 of every source'
    end as reason
from gathered
