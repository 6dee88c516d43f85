with

clocks as (
    select * from {{ ref('statutory_clocks') }}
),

stops as (
    select * from {{ ref('statutory_clock_stops') }}
),

events as (
    select * from {{ ref('int_clock_events') }}
),

-- A case has an event of a kind once: the first time it happened.
first_events as (
    select
        la_code,
        case_key,
        event,
        min(occurred_on) as occurred_on
    from events
    group by la_code, case_key, event
),

started as (
    select
        clocks.*,
        events.la_code,
        events.case_key,
        events.person_key,
        events.plan_key,
        events.occurred_on as started_on
    from events
    inner join clocks
        on
            events.event = clocks.start_event
            and events.occurred_on >= clocks.in_force_from
            and (clocks.in_force_to is null or events.occurred_on <= clocks.in_force_to)
),

due as (
    select
        *,
        case limit_unit
            when 'days' then {{ add_days('started_on', 'limit_length') }}
            when 'months' then {{ add_months('started_on', 'limit_length') }}
            when 'month_day' then {{ next_day_of_the_year('started_on', 'limit_month_day') }}
        end as due_on
    from started
),

-- Of the stops that bite on this clock, the first.
stopped as (
    select
        due.la_code,
        due.clock_id,
        due.case_key,
        min(first_events.occurred_on) as stopped_on,
        max(case when stops.stops = 'whenever' or first_events.occurred_on <= due.due_on then 1 else 0 end) = 1
            as is_stopped
    from due
    inner join stops on due.clock_id = stops.clock_id
    inner join first_events
        on
            due.la_code = first_events.la_code
            and due.case_key = first_events.case_key
            and stops.stop_event = first_events.event
    group by due.la_code, due.clock_id, due.case_key
),

answered as (
    select
        due.la_code,
        due.clock_id,
        due.case_key,
        due.person_key,
        due.plan_key,
        due.started_on,
        due.due_on,
        due.binds,
        ends.occurred_on as ended_on,
        stopped.stopped_on,
        coalesce(stopped.is_stopped, false) as is_stopped,
        exceptions.occurred_on is not null as has_exception
    from due
    left join first_events as ends
        on due.la_code = ends.la_code and due.case_key = ends.case_key and due.end_event = ends.event
    left join first_events as exceptions
        on
            due.la_code = exceptions.la_code
            and due.case_key = exceptions.case_key
            and due.exception_event = exceptions.event
    left join stopped
        on due.la_code = stopped.la_code and due.clock_id = stopped.clock_id and due.case_key = stopped.case_key
)

select
    la_code,
    clock_id,
    case_key,
    person_key,
    plan_key,
    started_on,
    due_on,
    ended_on,
    stopped_on,
    is_stopped,
    has_exception,
    {{ dbt.datediff('started_on', 'coalesce(ended_on, stopped_on, ' ~ reporting_month_end() ~ ')', 'day') }}
        as elapsed_days,
    case
        when is_stopped then 'stopped'
        when ended_on <= due_on then 'met'
        when ended_on is not null and has_exception then 'met_with_exception'
        when ended_on is not null or stopped_on is not null then 'late'
        when due_on < {{ reporting_month_end() }} then 'open_late'
        when due_on <= {{ add_days(reporting_month_end(), 30) }} then 'open_due_30'
        else 'open'
    end as status
from answered
where binds = 'always' or ended_on is not null
