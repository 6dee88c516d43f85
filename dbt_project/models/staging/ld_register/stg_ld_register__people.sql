with

raw_rows as (
    {{ raw_in_use('ld_register__person', with_person=true) }}
),

-- Whoever is registered under two numbers is one person, whose latest check is the latest of either.
versions as (
    select
        *,
        row_number() over (
            partition by la_code, delivery_month, person_key
            order by {{ as_date('check_date') }} desc nulls last, row_number
        ) as newest_first
    from raw_rows
)

select
    la_code,
    person_key,
    delivery_month as month_start,
    {{ first_of_month(as_date('date_of_birth')) }} as born_month,
    {{ as_date('registered_date') }} as registered_on,
    {{ as_date('check_date') }} as check_on,
    {{ as_date('action_plan_date') }} as action_plan_on,
    {{ as_date('declined_date') }} as declined_on
from versions
where newest_first = 1
