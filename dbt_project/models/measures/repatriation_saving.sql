with

repatriations as (
    select * from {{ ref('int_repatriations_to_date') }}
    where counts_for_promise
),

-- The full-year saving in the two financial years in which it falls: together they are the whole.
savings as (
    select
        la_code,
        month_start,
        person_key,
        'part_year' as saving_basis,
        part_year_saving_gbp as amount
    from repatriations
    union all
    select
        la_code,
        month_start,
        person_key,
        'following_year' as saving_basis,
        full_year_saving_gbp - part_year_saving_gbp as amount
    from repatriations
)

select * from savings
