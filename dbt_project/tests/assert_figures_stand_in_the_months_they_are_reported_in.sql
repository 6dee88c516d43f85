-- A quarterly figure in October would be read as October's.
select
    figures.measure_id,
    figures.month_start
from {{ ref('fct_measures') }} as figures
inner join {{ ref('dim_measures') }} as measures on figures.measure_id = measures.measure_id
where
    concat(',', measures.reported_in, ',')
    not like concat('%,', cast({{ month_of('figures.month_start') }} as {{ dbt.type_string() }}), ',%')
