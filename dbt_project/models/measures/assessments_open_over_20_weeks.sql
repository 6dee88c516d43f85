with

clocks as (
    select * from {{ ref('int_clocks_described') }}
    where clock_id = 'final_plan'
),

requests as (
    select * from {{ ref('int_requests') }}
    -- SEN2 has no day of export: an exported case is no longer this authority's to finish.
    where exported_to is null
),

months as (
    select * from {{ ref('int_months') }}
),

open_late as (
    select
        months.month_start,
        clocks.la_code,
        clocks.person_key,
        clocks.case_key,
        requests.age_band,
        {{ dbt.datediff('clocks.started_on', 'months.month_end', 'day') }} as open_days
    from clocks
    inner join months
        on
            clocks.due_on < months.month_end
            and (clocks.ended_on is null or clocks.ended_on > months.month_end)
            and (clocks.stopped_on is null or clocks.stopped_on > months.month_end)
    inner join requests on clocks.la_code = requests.la_code and clocks.plan_key = requests.request_key
)

select
    la_code,
    month_start,
    person_key,
    case_key,
    true as is_counted,
    open_days,
    case
        when open_days < 26 * 7 then '20_to_26'
        when open_days < 39 * 7 then '26_to_39'
        when open_days < 52 * 7 then '39_to_52'
        else 'over_52'
    end as weeks_open,
    age_band
from open_late
