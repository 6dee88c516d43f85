with

months as (
    {{ months_to_report() }}
),

dated as (
    select
        month_start,
        {{ add_days(add_months('month_start', 1), -1) }} as month_end,
        {{ year_of('month_start') }} as calendar_year,
        {{ month_of('month_start') }} as calendar_month
    from months
),

placed as (
    select
        *,
        calendar_year - case when calendar_month >= 9 then 0 else 1 end as academic_year_start,
        calendar_year - case when calendar_month >= 4 then 0 else 1 end as financial_year_start
    from dated
)

select
    month_start,
    month_end,
    {{ split_year('academic_year_start', '/') }} as academic_year,
    {{ split_year('financial_year_start', '-') }} as financial_year,
    case
        when calendar_month >= 9 then 'autumn'
        when calendar_month <= 3 then 'spring'
        else 'summer'
    end as term,
    month_start = {{ reporting_month_start() }} as is_reporting_month
from placed
