"""Two months of a borough small enough to check by hand, from files to paper."""

import csv
import hashlib
import re
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import demo_borough
from demo_borough import statistics_server
from demo_borough.departments import DEPARTMENTS
from demo_borough.writers import dfe
from send_data import outputs, seeds
from tests.borough import MONTHS
from tests.known_answers import differences, without_growth_across_breaks


def hashes(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*.*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("month", MONTHS)
def test_every_measure_equals_the_worlds_own_answer(borough, month):
    answers = without_growth_across_breaks(demo_borough.known_answers(demo_borough.small_world(), month))
    assert differences(borough.marts[month]["fct_measures"], answers) == []


STAGING_MODELS = sorted(model for department in DEPARTMENTS.values() for model in department.STAGING)


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.parametrize("model", STAGING_MODELS)
def test_a_departments_staging_model_holds_what_is_true(borough, model, month):
    """Row by row, whoever the rows are of: keys of people are random."""
    by_month = {each: demo_borough.known_staging(demo_borough.small_world(), each)[model] for each in MONTHS}
    known = by_month[month]
    held = borough.staging[month][model].drop(columns=["la_code", "person_key"], errors="ignore")
    assert set(held.columns) == set(next(row for rows in by_month.values() for row in rows))
    assert Counter(map(plain, held.to_dict("records"))) == Counter(map(plain, known))


@pytest.mark.parametrize("data_set", sorted(dfe.tables()))
def test_what_dfe_publishes_is_held_as_it_is_cited(borough, data_set):
    """Every value of the cited lines, by who it is of; through HTTP, so without the second column of one name."""
    held = borough.query(
        "select release_year, time_period, geographic_level, coalesce(la_name, region_name, 'England') as place,"
        " breakdown, indicator, coalesce(cast(value as text), symbol) as told"
        f" from staging.stg_dfe__ehc_plan_statistics where dataset = '{data_set}'"
    )
    table = dfe.tables()[data_set]
    year, header = int(re.sub(r"\D", "", table["release"])), [n.lower() for n in next(csv.reader([table["header"]]))]
    indicators = set(header) - statistics_server.PLACES - statistics_server.GROUPINGS - statistics_server.FILTERS
    cited = Counter()
    for fields in csv.reader(table["lines"]):
        line = dict(zip(reversed(header), reversed(fields), strict=True))
        place = line.get("la_name") or line.get("region_name") or "England"
        of = (year, line["time_period"], line["geographic_level"], place)
        breakdown = line.get("breakdown") or line.get("characteristic") or ""
        cited.update((*of, breakdown, indicator, line[indicator]) for indicator in indicators)
    if data_set not in {row["dataset"] for row in seeds.rows("reference", "dfe_data_set")}:
        cited = Counter()
    assert Counter(held.fillna("").itertuples(index=False, name=None)) == cited


def test_the_neighbours_are_in_the_mart_and_not_in_the_paper(borough):
    areas = "select area, count(distinct area_name) as names from {} group by area order by area"
    assert borough.query(areas.format("marts.fct_national")).values.tolist() == [
        ["England", 1], ["London", 1], ["borough", 1], ["neighbour", 10],
    ]  # fmt: skip
    assert borough.query(areas.format("published.national")).area.tolist() == ["England", "London", "borough"]


def plain(row: dict) -> tuple:
    """A row as comparable text by name of column: dates in ISO form, numbers as short as they are exact."""
    return tuple(sorted((name, "" if pd.isna(value) else plain_value(value)) for name, value in row.items()))


def plain_value(value: object) -> str:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float | Decimal):
        return format(Decimal(str(value)).normalize(), "f")
    return value.isoformat()[:10] if isinstance(value, date) else str(value)


@pytest.mark.parametrize("month", MONTHS)
def test_the_papers_are_written(borough, month):
    assert [name for name in outputs.ALWAYS if not (borough.editions / month / name).exists()] == []
    query = (
        "select measure_id from published.measures as m inner join published.editions as e "
        f"on m.edition_id = e.edition_id where e.month = '{month}-01'"
    )
    measures = set(borough.query(query).measure_id)
    assert {path.stem for path in (borough.editions / month / "dashboard" / "measures").iterdir()} == measures


def test_a_second_run_changes_nothing(borough):
    counts = "select (select count(*) from ops.delivery) d, (select count(*) from ops.check) c, \
        (select count(*) from published.editions) e, (select count(*) from published.figures) f"
    before, papers = borough.query(counts), hashes(borough.editions)
    done = borough.send("demo", "--small", "--months", ",".join(MONTHS))
    assert done.returncode == 0, done.stderr[-3000:]
    pd.testing.assert_frame_equal(borough.query(counts), before)
    assert hashes(borough.editions) == papers


def test_a_figure_is_traced_to_bytes_that_are_kept(borough):
    done = borough.send("trace", "requests_received", "2026-10")
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    used = borough.query(
        "select distinct d.sha256, d.landed_path from published.deliveries as p "
        "inner join published.editions as e on p.edition_id = e.edition_id "
        "inner join ops.delivery as d on p.delivery_id = d.delivery_id and p.sha256 = d.sha256 "
        "where e.month = '2026-10-01' and p.source = 'sen2__request'"
    )
    assert len(used) == 1
    assert f"sha256 {used.sha256[0][:12]}" in done.stdout
    kept = borough.home / "landing" / used.landed_path[0]
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == used.sha256[0]


def test_october_says_what_it_revises_of_september(borough):
    """Every total that two editions print otherwise is listed, and nothing else."""
    listed = borough.query("select measure_id, month_start from published.revisions order by 1, 2")
    printed = """
        select f.measure_id, f.month_start, f.value, f.numerator_count, f.denominator_count, f.symbol, f.lower_bound,
            f.upper_bound
        from published.figures as f inner join published.editions as e on f.edition_id = e.edition_id
        where e.month = '{}' and f.breakdown = 'all' and f.symbol in ('', 'c')
    """
    key = ["measure_id", "month_start"]
    before, after = (borough.query(printed.format(f"{month}-01")).set_index(key) for month in MONTHS)
    both = before.index.intersection(after.index)
    apart = (before.loc[both].fillna(-1) != after.loc[both].fillna(-1)).any(axis=1)
    assert set(both[apart]) <= set(listed.itertuples(index=False, name=None))
    assert not set(both[~apart]) & set(listed.itertuples(index=False, name=None))


def test_a_past_month_is_rebuilt_as_it_was_known_and_the_live_marts_stay(borough):
    live = "select * from marts.fct_measures order by measure_id, month_start, breakdown, breakdown_value"
    known_at = borough.query("select known_at from published.editions where month = '2026-09-01'").known_at[0]
    before = borough.query(live)
    done = borough.send("build", "--month", "2026-09", "--known-at", known_at.isoformat())
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    pd.testing.assert_frame_equal(borough.query(live), before)
    rebuilt = borough.query("select * from marts_past.fct_measures")
    order = ["measure_id", "month_start", "breakdown", "breakdown_value"]
    then = borough.marts["2026-09"]["fct_measures"]
    pd.testing.assert_frame_equal(
        rebuilt.sort_values(order).reset_index(drop=True), then.sort_values(order).reset_index(drop=True)
    )


CLOCKS = "model.send.fct_clocks"
RULE = "subject = 'fct_clocks' and rule_number = 1"


@pytest.mark.parametrize(
    ("damage", "undo", "said"),
    [
        (
            f"ops.model_result set node_id = 'lost' where node_id = '{CLOCKS}'",
            f"ops.model_result set node_id = '{CLOCKS}' where node_id = 'lost'",
            f"{CLOCKS} has no passing result",
        ),
        (
            f"ops.model_result set status = 'error' where node_id = '{CLOCKS}'",
            f"ops.model_result set status = 'success' where node_id = '{CLOCKS}'",
            f"{CLOCKS} has no passing result",
        ),
        (
            f"ops.check set subject = 'lost' where {RULE}",
            "ops.check set subject = 'fct_clocks' where subject = 'lost'",
            "fct_clocks: nobody checked whether the table of clocks is not empty",
        ),
        (
            f"ops.check set passed = false where {RULE}",
            f"ops.check set passed = true where {RULE}",
            "fct_clocks: the table of clocks is not empty (0 rows)",
        ),
        (
            f"ops.check set passed = false, on_failure = 'warn' where {RULE}",
            f"ops.check set passed = true, on_failure = 'stop' where {RULE}",
            "",
        ),
    ],
)
def test_a_build_is_proved_by_its_evidence_alone(borough, damage, undo, said):
    """A lost or failed result of a node or a check speaks against a build; a warning does not."""
    build_id = borough.query("select build_id as b from ops.build where status = 'live'").b[0]
    ask = f"from send_data import evidence; print('|'.join(evidence.missing_from_build({build_id})))"
    assert borough.run(ask).strip() == ""
    borough.execute(f"update {damage} and build_id = {build_id}")
    try:
        assert borough.run(ask).strip() == said
    finally:
        borough.execute(f"update {undo} and build_id = {build_id}")
    assert borough.run(ask).strip() == ""


def test_an_edition_keeps_what_it_was_checked_by(borough):
    """Figures, definitions and hashes of deliveries have tests of their own; here are the checks, for every source."""
    kept = borough.query("select distinct edition_id, border, subject from published.checks", role="board_reader")
    used = borough.query("select distinct edition_id, source as subject from published.deliveries")
    checked = kept[kept.border == "source"][["edition_id", "subject"]]
    assert sorted(map(tuple, checked.values)) == sorted(map(tuple, used.values))
    marts = borough.query("select distinct subject from ops.check where build_id is not null").subject
    for _, of_edition in kept[kept.border == "mart"].groupby("edition_id"):
        assert set(of_edition.subject) == set(marts)
    assert kept.edition_id.nunique() == 2


def test_every_delivery_is_accounted_for(borough):
    loads = borough.query("select * from ops.load")
    assert len(loads) > 40
    assert (loads.rows_read == loads.rows_loaded + loads.rows_quarantined).all()
    unloaded = borough.query(
        "select * from ops.delivery d where status = 'accepted' "
        "and not exists (select 1 from ops.load l where l.delivery_id = d.delivery_id)"
    )
    assert unloaded.empty


def test_marts_hold_no_identifier(borough):
    columns = borough.query(
        "select table_name, column_name from information_schema.columns where table_schema in ('marts', 'published')"
    )
    assert len(columns) > 50
    banned = {
        "upn",
        "uln",
        "nhs_number",
        "forename",
        "surname",
        "postcode",
        "date_of_birth",
        "born_month",
        "person_key",
    }
    assert set(columns.column_name) & banned == set()


def test_every_column_of_the_marts_is_described(borough):
    bare = borough.query(
        "select c.relname, a.attname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        "join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped "
        "where n.nspname = 'marts' and c.relkind = 'r' and col_description(c.oid, a.attnum) is null"
    )
    assert bare.values.tolist() == []


def test_likelihood_finds_whom_the_sources_misname_and_leaves_a_possible_twin_to_a_person(borough):
    said = {child: said for (_, child), said in demo_borough.small_world().said.items()}
    outcomes = borough.query("select outcome, count(*) as pairs from identity.pair group by outcome")
    assert dict(outcomes.values.tolist()) == {"linked": len(said) - 1, "waiting": 1}
    shown = borough.send("people", "review").stdout
    assert "forename differs by one letter; same surname; same birth date; same postcode" in shown
    assert "finance__travel_cost 2026-09" in shown
    values = {text for entry in said.values() for text in entry.values() if isinstance(text, str) and text}
    assert len(values) == 5
    assert [text for text in (*values, "Rosa", "Thimbleby") if text in shown] == []


def test_match_rates_count_who_is_known_elsewhere(borough):
    rates = borough.query("select * from marts.fct_match_rates where month_start = '2026-10-01'").set_index("source")
    travel = rates.loc["finance__travel_cost"]
    assert (travel.child_count, travel.matched_count, travel.waiting_count) == (2, 1, 1)
    costs = rates.loc["finance__placement_cost"]
    assert (costs.match_rate, costs.likely_count) == (1, 2)
    assert "finance__travel_cost" in borough.send("people").stdout
