{#
  A measure of one question of the staff survey: one row per agency and year, standing in September, when the workbook is
  sent; of an agency that closed two surveys in the twelve months to it, the later one.
#}
{% macro staff_survey(question) -%}
with

months as (
    select * from {{ ref('int_months') }}
    where {{ month_of('month_start') }} = 9
),

answers as (
    select * from {{ ref('stg_workforce__survey_answers') }}
    where question = '{{ question }}'
),

surveys as (
    select
        answers.*,
        months.month_start,
        row_number() over (
            partition by months.month_start, answers.la_code, answers.agency order by answers.surveyed_on desc
        ) as newest_first
    from months
    inner join answers
        on
            answers.surveyed_on <= months.month_end
            and answers.surveyed_on > {{ add_months('months.month_end', -12) }}
)

select
    la_code,
    month_start,
    positive_count as amount,
    responses_count as base,
    responses_count as contributor_count,
    agency
from surveys
where newest_first = 1
{%- endmacro %}
