-- Fewer than 3 in 100: what NHS trusts that print a kitemark call sufficient (LPFT kite-mark guide, completeness).
{% set most = "0.03" %}
with

measure_months as (
    select * from {{ ref('int_measure_months') }}
),

measure_sources as (
    select * from {{ ref('int_measure_sources') }}
),

source_months as (
    select * from {{ ref('int_source_months') }}
),

parts as (
    select 'timely' as part
    union all
    select 'complete' as part
    union all
    select 'valid' as part
),

judged as (
    select
        measure_months.measure_id,
        measure_months.month_start,
        source_months.title,
        parts.part,
        case
            when source_months.arrival = 'before_records' then 'not_known'
            when parts.part = 'timely' and source_months.arrival = 'awaited' then 'not_known'
            when parts.part = 'timely' and source_months.arrival <> 'on_time' then 'no'
            when parts.part = 'complete' and source_months.arrival in ('awaited', 'missing') then 'no'
            when parts.part = 'complete' and source_months.quarantined_share >= {{ most }} then 'no'
            when parts.part = 'valid' and source_months.delivery_month is null then 'no'
            when parts.part = 'valid' and source_months.finding_share >= {{ most }} then 'no'
            else 'yes'
        end as state,
        case
            when source_months.arrival = 'before_records' then 'was due before deliveries were recorded'
            when source_months.delivery_month is null then 'has not come'
            when parts.part = 'timely' and source_months.arrival = 'awaited' then 'has not come and is not overdue'
            when parts.part = 'timely' and source_months.arrival = 'late' then 'came after the day it was due'
            when parts.part = 'timely' then 'has not come for this month'
            when parts.part = 'complete' and source_months.arrival in ('awaited', 'missing')
                then 'rests on an earlier delivery than was due'
            when parts.part = 'complete' then 'had 3 rows in 100 or more set aside'
            else 'breaks a rule in 3 rows of 100 or more'
        end as fault
    from measure_months
    cross join parts
    inner join measure_sources on measure_months.measure_id = measure_sources.measure_id
    inner join source_months
        on
            measure_sources.source = source_months.source
            and measure_months.month_start = source_months.month_start
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
