-- What is coming: what falls due, forecasts and scenarios, in ranges and round numbers.
create table if not exists published.falling_due (
    edition_id bigint not null references published.editions,
    kind text not null,
    due_band text not null check (
        due_band in ('overdue', 'within_30_days', 'within_31_to_60_days', 'within_61_to_90_days')
    ),
    lower_bound integer not null,
    upper_bound integer not null,
    primary key (edition_id, kind, due_band),
    constraint ranges_of_five check (upper_bound % 5 = 4 and lower_bound = greatest(upper_bound - 4, 1))
);

create table if not exists published.falling_due_by_team (
    edition_id bigint not null references published.editions,
    case_team text not null,
    due_band text not null check (
        due_band in ('overdue', 'within_30_days', 'within_31_to_60_days', 'within_61_to_90_days')
    ),
    lower_bound integer not null,
    upper_bound integer not null,
    primary key (edition_id, case_team, due_band),
    constraint ranges_of_five check (upper_bound % 5 = 4 and lower_bound = greatest(upper_bound - 4, 1))
);

create table if not exists published.forecasts (
    edition_id bigint not null references published.editions,
    scenario text not null,
    label text not null,
    academic_year text not null,
    as_of_on date not null,
    years_ahead integer not null check (years_ahead between 1 and 5),
    measure text not null check (measure in ('plans', 'requests', 'places', 'cost_gbp')),
    setting_type text not null,
    age text not null,
    primary_need text not null,
    value numeric,
    lower_value numeric,
    upper_value numeric,
    symbol text not null check (symbol in ('', 'c')),
    primary key (edition_id, scenario, years_ahead, measure, setting_type, age, primary_need),
    constraint round_numbers check (
        value % 5 = 0 and lower_value % 5 = 0 and upper_value % 5 = 0
    ),
    constraint hidden_means_empty check (
        (symbol = 'c') = (value is null) and (symbol = 'c') = (lower_value is null) and (symbol = 'c') = (upper_value is null)
    )
);

create table if not exists published.forecast_errors (
    edition_id bigint not null references published.editions,
    measure text not null,
    academic_year text not null,
    years_ahead integer not null,
    error_rate numeric,
    primary key (edition_id, measure, academic_year, years_ahead)
);

comment on table published.falling_due is 'What falls due after the month''s end, or was overdue by then, by kind and band of days, each count as a range of five; what is not there is none';
comment on table published.falling_due_by_team is 'The same, all kinds together, by the case team that holds the child on the month''s last day';
comment on table published.forecasts is 'Plans, requests, places and cost in the next five years under each scenario, with an 80% interval; children to the nearest 5, money to £100,000; symbol c: fewer than 5';
comment on column published.forecasts.as_of_on is 'The day: plans and places on it, requests in the twelve months up to it';
comment on table published.forecast_errors is 'By how much of what came the same model missed when it was fitted one and two years ago; totals only';
comment on column published.forecast_errors.error_rate is 'Forecast less what came, over what came';
