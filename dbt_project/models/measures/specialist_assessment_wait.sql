with

referrals as (
    select * from {{ ref('stg_pathways__referrals') }}
),

-- The list holds referrals since November 2024: a year later it can first show a wait of over 52 weeks.
months as (
    select * from {{ ref('int_months') }}
    where month_start >= cast('2025-11-01' as date)
),

-- A child referred to a pathway twice waits since the first referral that is still open.
waiting as (
    select
        referrals.la_code,
        months.month_start,
        months.month_end,
        referrals.person_key,
        referrals.pathway_code as pathway,
        max(referrals.born_month) as born_month,
        {{ dbt.datediff('min(referrals.referred_on)', 'months.month_end', 'day') }} as days_waiting
    from months
    inner join referrals
        on
            months.month_end >= referrals.referred_on
            and (referrals.assessment_started_on is null or referrals.assessment_started_on > months.month_end)
            and (referrals.decided_on is null or referrals.decided_on > months.month_end)
            and (referrals.discharged_on is null or referrals.discharged_on > months.month_end)
    group by
        referrals.la_code, months.month_start, months.month_end, referrals.person_key, referrals.pathway_code
)

select
    la_code,
    month_start,
    person_key,
    cast(days_waiting as {{ dbt.type_float() }}) / 7 as amount,
    days_waiting > 364 as is_counted,
    pathway,
    {{ age_band('born_month', 'month_end') }} as age_band
from waiting
