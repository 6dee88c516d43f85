with

measure_months as (
    select * from {{ ref('int_measure_months') }}
),

declarations as (
    select * from {{ ref('measure_declarations') }}
),

parts as (
    select 'signed_off' as part
    union all
    select 'audited' as part
),

-- The last word up to the end of the month; nobody has to take a declaration back for it to end.
spoken as (
    select
        measure_months.measure_id,
        measure_months.month_start,
        measure_months.month_end,
        parts.part,
        declarations.declared_by,
        declarations.declared_on,
        declarations.holds_until,
        row_number() over (
            partition by measure_months.measure_id, measure_months.month_start, parts.part
            order by declarations.declared_on desc
        ) as newest_first
    from measure_months
    cross join parts
    left join declarations
        on
            measure_months.measure_id = declarations.measure_id
            and parts.part = declarations.part
            and measure_months.month_end >= declarations.declared_on
)

select
    measure_id,
    month_start,
    part,
    case when holds_until >= month_end then 'yes' else 'no' end as state,
    case
        when declared_by is null then 'nobody has declared it'
        when holds_until >= month_end then concat('declared by the ', declared_by, ', until ', holds_until)
        else concat('what the ', declared_by, ' declared held until ', holds_until)
    end as reason
from spoken
where newest_first = 1
