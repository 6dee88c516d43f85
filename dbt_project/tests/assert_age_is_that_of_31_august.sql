-- The ages and bands of the macros, against days worked out by hand.
with

worked as (
    {% for born_month, day, age, band in [
        ('2010-08-01', '2026-08-30', 15, '11_15'),
        ('2010-08-01', '2026-08-31', 16, '16_19'),
        ('2010-09-01', '2026-08-31', 15, '11_15'),
        ('2010-09-01', '2027-08-30', 15, '11_15'),
        ('2010-09-01', '2027-08-31', 16, '16_19'),
        ('2021-08-01', '2026-09-01', 5, '5_10'),
        ('2021-09-01', '2026-09-01', 4, 'under_5'),
    ] %}
    select
        cast('{{ born_month }}' as date) as born_month,
        cast('{{ day }}' as date) as on_day,
        {{ age }} as age,
        '{{ band }}' as band
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select *
from worked
where
    {{ age_at_31_august('born_month', 'on_day') }} <> age
    or {{ age_band('born_month', 'on_day') }} <> band
    or {{ year_group('born_month', 'on_day') }} <> age - 4
