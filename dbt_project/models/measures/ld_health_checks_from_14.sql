with

months as (
    select * from {{ ref('int_months') }}
),

registered as (
    select * from {{ ref('stg_ld_register__people') }}
)

select
    registered.la_code,
    registered.month_start,
    registered.person_key,
    -- Twelve whole months, this one the last.
    coalesce(
        registered.check_on >= {{ add_months('months.month_start', -11) }}
        and registered.check_on <= months.month_end,
        false
    ) as is_counted,
    {{ age_band('registered.born_month', 'months.month_end') }} as age_band
from months
inner join registered on months.month_start = registered.month_start
where
    registered.registered_on <= months.month_end
    and registered.born_month <= {{ add_months('months.month_start', -14 * 12) }}
