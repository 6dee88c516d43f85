with

themes as (
    select * from {{ ref('stg_voice__feedback_themes') }}
),

quarters as (
    select
        month_start,
        month_end,
        {{ add_months('month_start', -2) }} as quarter_start
    from {{ ref('int_months') }}
    where {{ month_of('month_start') }} in (3, 6, 9, 12)
)

select
    themes.la_code,
    quarters.month_start,
    themes.theme_id,
    coalesce(themes.changed_on <= quarters.month_end, false) as is_counted
from themes
inner join quarters
    on
        themes.raised_on <= quarters.month_end
        and (themes.changed_on is null or themes.changed_on >= quarters.quarter_start)
