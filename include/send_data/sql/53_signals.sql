-- Whether a measure truly changed, and what the measures say of actions and recommendations.
create table if not exists published.control_charts (
    edition_id bigint not null references published.editions,
    measure_id text not null,
    month_start date not null check (extract(day from month_start) = 1),
    segment integer not null,
    segment_point_count integer not null,
    left_out_count integer not null,
    mean numeric,
    lower_limit numeric,
    upper_limit numeric,
    spc_state text not null check (
        spc_state in ('charted', 'no_data_this_month', 'too_few_points', 'too_little_variation', 'not_shown')
    ),
    special_cause text,
    point_type text,
    restart_reason text,
    target_value numeric,
    variation_icon text,
    assurance_icon text,
    primary key (edition_id, measure_id, month_start),
    foreign key (edition_id, measure_id) references published.measures,
    constraint only_what_is_charted_signals check (spc_state = 'charted' or num_nonnulls(special_cause, point_type) = 0)
);

create table if not exists published.actions (
    edition_id bigint not null references published.editions,
    action_id text not null,
    ambition integer,
    theme text,
    safety_valve_ref text,
    priority_action_plan_ref text,
    action_text text,
    expected_outcome text,
    lead_names text,
    deadline_as_written text,
    deadline_on date,
    milestones text,
    lead_status text not null,
    completed_on date,
    action_status text not null,
    measure_count integer not null,
    met_count integer not null,
    not_met_count integer not null,
    measure_signal text not null,
    primary key (edition_id, action_id)
);

create table if not exists published.recommendations (
    edition_id bigint not null references published.editions,
    recommendation_number integer not null,
    recommendation_text text,
    priority text,
    issued_on date,
    expected_by_on date,
    measure_count integer not null,
    met_count integer not null,
    not_met_count integer not null,
    measure_signal text not null,
    primary key (edition_id, recommendation_number)
);

create table if not exists published.action_measures (
    edition_id bigint not null references published.editions,
    action_id text not null,
    measure_id text not null,
    is_named_by_action boolean not null,
    is_named_by_measure boolean not null,
    figure_month date,
    law_signal text,
    target_signal text,
    measure_signal text not null,
    variation_icon text,
    assurance_icon text,
    primary key (edition_id, action_id, measure_id),
    foreign key (edition_id, action_id) references published.actions,
    foreign key (edition_id, measure_id) references published.measures
);

create table if not exists published.recommendation_measures (
    edition_id bigint not null references published.editions,
    recommendation_number integer not null,
    measure_id text not null,
    figure_month date,
    law_signal text,
    target_signal text,
    measure_signal text not null,
    variation_icon text,
    assurance_icon text,
    primary key (edition_id, recommendation_number, measure_id),
    foreign key (edition_id, recommendation_number) references published.recommendations,
    foreign key (edition_id, measure_id) references published.measures
);

comment on table published.control_charts is 'The control chart of each monthly measure: every number and word of it follows from figures of this edition that are shown';
comment on column published.control_charts.spc_state is 'As in fct_measure_spc; not_shown: this month''s figure is hidden or held back, or so many of the segment are that it has no chart';
comment on column published.control_charts.segment_point_count is 'Months of the segment that have a figure, shown or not';
comment on column published.control_charts.left_out_count is 'Of these, those that are hidden or held back: mean, limits and signals are worked out without them';
comment on column published.control_charts.variation_icon is 'What the last month of the chart shows, on every row of it; empty where its segment is not shown or not charted';
comment on column published.control_charts.assurance_icon is 'Whether the process can be relied on for the target of the last month, on every row of it; empty likewise';
comment on table published.actions is 'The delivery plan as the list of the reporting month has it: what its leads say, and beside it what its measures show';
comment on column published.actions.measure_signal is 'met, partly_met, not_met, under_way, no_line, no_figure, no_measure, or not_shown: by the figures as they are shown here';
comment on table published.recommendations is 'The recommendations of the improvement notice, and what their measures show';
comment on table published.action_measures is 'Which measures show the impact of which action, and whether each, as it is shown here, keeps the law and its target';
comment on column published.action_measures.measure_signal is 'met, not_met, under_way, no_line, no_figure, or not_shown: the range of a hidden figure does not tell';
comment on table published.recommendation_measures is 'Which measures show the impact of which recommendation, and whether each, as it is shown here, keeps the law and its target';
