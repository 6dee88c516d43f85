with

meetings as (
    select
        la_code,
        held_on,
        lag(held_on) over (partition by la_code order by held_on) as held_before_on,
        lead(held_on) over (partition by la_code order by held_on) as held_next_on
    from {{ ref('stg_voice__group_meetings') }}
    where young_people_count > 0
),

quarters as (
    select * from {{ ref('int_months') }}
    where {{ month_of('month_start') }} in (3, 6, 9, 12)
),

held as (
    select
        meetings.la_code,
        quarters.month_start,
        meetings.held_on,
        meetings.held_on <= {{ add_days('meetings.held_before_on', 42) }} as is_counted
    from meetings
    inner join quarters on {{ quarter_month('meetings.held_on') }} = quarters.month_start
    where meetings.held_before_on is not null
),

-- A group that does not meet again is late in every quarter that ends so, not gone.
missed as (
    select
        meetings.la_code,
        quarters.month_start,
        cast(null as date) as held_on,
        false as is_counted
    from meetings
    inner join quarters
        on
            {{ add_days('meetings.held_on', 42) }} < quarters.month_end
            and (meetings.held_next_on is null or meetings.held_next_on > quarters.month_end)
)

select * from held
union all
select * from missed
