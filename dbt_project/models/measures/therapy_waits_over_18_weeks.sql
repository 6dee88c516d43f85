with

waits as (
    select * from {{ ref('int_therapy_waits') }}
),

submissions as (
    select * from {{ ref('stg_csds__submissions') }}
),

months as (
    select * from {{ ref('int_months') }}
),

patients as (
    select * from {{ ref('stg_csds__patients') }}
),

-- A month that the trust has not sent is not known; a child with two open referrals waits since the first of them.
waiting as (
    select
        waits.la_code,
        months.month_start,
        months.month_end,
        waits.person_key,
        waits.therapy,
        min(waits.received_on) as waiting_since
    from months
    inner join submissions on months.month_start = submissions.submission_month
    inner join waits
        on
            submissions.la_code = waits.la_code
            and waits.received_on <= months.month_end
            and (waits.ended_on is null or waits.ended_on > months.month_end)
            and waits.last_seen_month >= months.month_start
    group by waits.la_code, months.month_start, months.month_end, waits.person_key, waits.therapy
)

select
    waiting.la_code,
    waiting.month_start,
    waiting.person_key,
    waiting.month_end > {{ add_days('waiting.waiting_since', 126) }} as is_counted,
    waiting.therapy,
    {{ age_band('patients.born_month', 'waiting.month_end') }} as age_band
from waiting
left join patients
    on waiting.la_code = patients.la_code and waiting.person_key = patients.person_key
