{#
  Joins rows of a census that are of one pupil of one delivery. As one value: by delivery and pupil apart, PostgreSQL
  thinks that few rows are left once the deliveries are chosen, and compares every pupil with every row (145 million
  comparisons for 3,400 exclusions).
#}
{% macro same_pupil(one, other) -%}
    concat({{ one }}.delivery_id, ' ', {{ one }}.pupil_id) = concat({{ other }}.delivery_id, ' ', {{ other }}.pupil_id)
{%- endmacro %}
