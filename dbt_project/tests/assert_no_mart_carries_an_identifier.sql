-- Whatever a mart is given later: no column by which a child is known outside, nor the key that stands for one.
{% set identifiers = [
    'person_key', 'upn', 'uln', 'unique_learner_number', 'nhs_number', 'forename', 'surname', 'postcode', 'post_code',
    'date_of_birth', 'person_birth_date', 'born_on', 'born_month', 'case_key', 'request_key', 'plan_key', 'review_key',
    'review_id', 'advice_key', 'request_number',
] %}
{% set offenders = [] %}
{% if execute %}
    {% for node in graph.nodes.values() if node.resource_type == 'model' and 'marts' in node.fqn %}
        {% for column in node.columns if column in identifiers %}
            {% do offenders.append(node.name ~ '.' ~ column) %}
        {% endfor %}
    {% endfor %}
{% endif %}
-- depends_on: {{ ref('fct_measures') }}
{% for offender in offenders %}
    select '{{ offender }}' as offender
    union all
{% endfor %}
select cast(null as {{ dbt.type_string() }}) as offender
where 1 = 0
