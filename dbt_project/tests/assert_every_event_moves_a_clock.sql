-- An event that no clock starts, ends, stops or excuses with is a slip of the pen in one of the two places.
with

events as (
    select distinct event from {{ ref('int_clock_events') }}
),

clocks as (
    select * from {{ ref('statutory_clocks') }}
),

stops as (
    select * from {{ ref('statutory_clock_stops') }}
),

known as (
    select start_event as event from clocks
    union distinct
    select end_event as event from clocks
    union distinct
    select exception_event as event from clocks
    union distinct
    select stop_event as event from stops
)

select events.event
from events
left join known on events.event = known.event
where known.event is null
