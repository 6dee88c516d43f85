with

days as (
    {{ dbt.date_spine("day", "cast('" ~ var("calendar_from") ~ "' as date)", add_months(reporting_month_start(), 36)) }}
),

dated as (
    select
        cast(date_day as date) as date_day,
        {{ year_of('date_day') }} as calendar_year,
        {{ month_of('date_day') }} as month_number,
        cast(extract(isodow from date_day) as integer) as weekday_number
    from days
),

placed as (
    select
        *,
        calendar_year - case when month_number >= 9 then 0 else 1 end as academic_year_start,
        calendar_year - case when month_number >= 4 then 0 else 1 end as financial_year_start
    from dated
),

terms as (
    select * from {{ ref('term_dates') }}
),

known as (
    select
        min(starts_on) as first_day,
        max(ends_on) as last_day
    from terms
)

select
    placed.date_day,
    {{ first_of_month('placed.date_day') }} as month_start,
    placed.calendar_year,
    cast(({{ month_of('placed.date_day') }} + 2) / 3 as integer) as calendar_quarter,
    placed.month_number,
    placed.weekday_number,
    placed.weekday_number > 5 as is_weekend,
    {{ split_year('placed.academic_year_start', '/') }} as academic_year,
    {{ split_year('placed.financial_year_start', '-') }} as financial_year,
    cast(({{ month_of(add_months('placed.date_day', -3)) }} + 2) / 3 as integer) as financial_quarter,
    terms.term,
    case when placed.date_day between known.first_day and known.last_day then terms.term is null end
        as is_school_holiday
from placed
cross join known
left join terms on placed.date_day between terms.starts_on and terms.ends_on
