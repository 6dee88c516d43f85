-- The same figures for anybody: under the rule set `public`.
create table if not exists published.public_figures (
    edition_id bigint not null references published.editions,
    la_code text not null,
    measure_id text not null,
    month_start date not null check (extract(day from month_start) = 1),
    breakdown text not null,
    breakdown_value text not null,
    numerator_count numeric,
    denominator_count numeric,
    value numeric,
    symbol text not null check (symbol in ('', 'c', 'b', 'h')),
    as_of_month date not null,
    is_count boolean not null,
    primary key (edition_id, measure_id, month_start, breakdown, breakdown_value),
    foreign key (edition_id, measure_id, month_start, breakdown, breakdown_value) references published.figures,
    -- The last guard: what is stored of people is rounded, and never few.
    constraint rounded_numerator check (
        not is_count or (numerator_count % 5 = 0 and (numerator_count = 0 or numerator_count >= 10))
    ),
    constraint rounded_denominator check (
        not is_count or (denominator_count % 5 = 0 and (denominator_count = 0 or denominator_count >= 10))
    ),
    constraint hidden_means_empty check (symbol not in ('c', 'h') or num_nonnulls(numerator_count, denominator_count, value) = 0)
);

comment on table published.public_figures is 'Every figure of the edition for anybody: counts of 1 to 7 hidden, others to the nearest 5, percentages from the rounded counts';
comment on column published.public_figures.symbol is 'As in published.figures; there is no range';
