with

measures as (
    select * from {{ ref('dim_measures') }}
),

compared as (
    select
        figures.*,
        coalesce(figures.better, measures.better) as better_way
    from {{ ref('int_comparators') }} as figures
    inner join measures on figures.measure_id = measures.measure_id
),

neighbours as (
    select
        la_code,
        count(*) as neighbour_count
    from {{ ref('statistical_neighbours') }}
    group by la_code
),

-- The first is the best; where neither way is better, the largest.
ranked as (
    select
        la_code,
        measure_id,
        comparator,
        area_name,
        rank() over (
            partition by la_code, measure_id
            order by case when better_way = 'lower' then value else -value end
        ) as place,
        count(*) over (partition by la_code, measure_id) as ranked_count
    from compared
    where comparator in ('borough', 'neighbour') and value is not null
),

counted as (
    select
        la_code,
        measure_id,
        max(ranked_count) as ranked_count
    from ranked
    group by la_code, measure_id
)

select
    compared.la_code,
    compared.measure_id,
    compared.comparator,
    compared.area_name,
    compared.indicator,
    compared.differs_by,
    compared.dataset,
    compared.release_year,
    compared.time_period,
    compared.value,
    compared.symbol,
    compared.unit,
    case compared.better_way
        when 'neutral' then 'largest_first'
        else concat(compared.better_way, '_first')
    end as ranked_by,
    cast(case when ranked.ranked_count > 1 then ranked.place end as integer) as rank_place,
    -- Quarters of the authorities ranked, the larger ones first where they do not divide by four.
    cast(
        case when ranked.ranked_count >= 4 then floor(4.0 * (ranked.place - 1) / ranked.ranked_count) + 1 end as integer
    ) as quartile,
    cast(coalesce(counted.ranked_count, 0) as integer) as ranked_count,
    cast(coalesce(neighbours.neighbour_count, 0) + 1 - coalesce(counted.ranked_count, 0) as integer) as unranked_count
from compared
left join neighbours on compared.la_code = neighbours.la_code
left join counted
    on compared.la_code = counted.la_code and compared.measure_id = counted.measure_id
left join ranked
    on
        compared.la_code = ranked.la_code
        and compared.measure_id = ranked.measure_id
        and compared.comparator = ranked.comparator
        and compared.area_name = ranked.area_name
