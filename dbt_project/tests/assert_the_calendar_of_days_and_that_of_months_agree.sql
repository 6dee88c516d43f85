-- Both work out academic and financial years, each in its own way; and no month of the history lacks a day.
select months.month_start
from {{ ref('dim_months') }} as months
left join {{ ref('dim_dates') }} as dates on months.month_start = dates.month_start
group by months.month_start, months.month_end, months.academic_year, months.financial_year
having
    min(dates.academic_year) <> months.academic_year
    or max(dates.financial_year) <> months.financial_year
    or count(dates.date_day) <> {{ day_of('months.month_end') }}
