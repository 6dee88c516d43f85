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

used as (
    select
        measure_months.measure_id,
        source_months.*
    from measure_months
    inner join measure_sources on measure_months.measure_id = measure_sources.measure_id
    inner join source_months
        on
            measure_sources.source = source_months.source
            and measure_months.month_start = source_months.month_start
),

judged as (
    select
        *,
        'timely' as part,
        case arrival when 'on_time' then 'yes' when 'awaited' then 'not_known' else 'no' end as state,
        case
            when delivery_month is null then 'has not come'
            when arrival = 'awaited' then 'has not come and is not overdue'
            when arrival = 'late' then 'came after the day it was due'
            else 'has not come for this month'
        end as fault
    from used
    union all
    select
        *,
        'complete' as part,
        case
            when arrival in ('awaited', 'missing') or quarantined_share >= {{ most }} then 'no' else 'yes'
        end as state,
        case
            when delivery_month is null then 'has not come'
            when arrival in ('awaited', 'missing') then 'rests on an earlier delivery than was due'
            else 'had 3 rows in 100 or more set aside'
        end as fault
    from used
    union all
    select
        *,
        'valid' as part,
        case when delivery_month is null or finding_share >= {{ most }} then 'no' else 'yes' end as state,
        case
            when delivery_month is null then 'has not come'
            else 'breaks a rule in 3 rows of 100 or more'
        end as fault
    from used
)

select
    measure_id,
    month_start,
    title,
    part,
    case when arrival = 'before_records' then 'not_known' else state end as state,
    case
        when arrival = 'before_records' then 'was due before deliveries were recorded'
        else fault
    end as fault
from judged
