with

moves as (
    select
        *,
        excluded_reason is null and destination in ('bexley_setting', 'bexley_post_16') as is_a_return_to_bexley
    from {{ ref('int_placement_moves_judged') }}
),

first_lines as (
    select
        *,
        case when is_forecast then 'forecast' else 'move' end as kind,
        moved_on as dated_on,
        case when is_a_return_to_bexley and not is_forecast then 1 else 0 end as learner_count,
        1 as sign
    from moves
),

-- Back in an independent special school after more than a term: the move stays, and a line takes it back.
reversals as (
    select
        *,
        'reversal' as kind,
        returned_on as dated_on,
        -1 as learner_count,
        -1 as sign
    from moves
    where is_a_return_to_bexley and not is_forecast and returned_on <= {{ reporting_month_end() }}
)

select * from first_lines
union all
select * from reversals
