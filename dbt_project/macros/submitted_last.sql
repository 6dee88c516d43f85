{#
  The rows of a table of the community services data set that speak: of every key the version that came into force last
  in the active submission of the newest month that sent it. Rows of submissions that were replaced do not count.
  Written as the first CTE of a staging model: `latest as ({{ submitted_last("csds__cyp201", ["care_contact_identifier"]) }})`.
#}
{% macro submitted_last(source_name, key, with_person=false) -%}
    select * from (
        select
            raw_rows.*,
            row_number() over (
                partition by
                    raw_rows.la_code
                    {%- for column in key %}, {{ column if column == "person_key" else as_code(column) }}{% endfor %}
                order by raw_rows.delivery_month desc, raw_rows.effective_from desc, raw_rows.row_number desc
            ) as newest_first
        from (
            {{ raw_in_use(source_name, with_person=with_person) }}
        ) as raw_rows
        inner join {{ ref("stg_csds__submissions") }} as submissions
            on
                raw_rows.la_code = submissions.la_code
                and raw_rows.delivery_month = submissions.submission_month
                and trim(raw_rows.unique_submission_id) = submissions.submission_key
    ) as versions
    where newest_first = 1
{%- endmacro %}
