"""The control charts of the small borough, drawn again by plain Python from fct_measures and the files of decisions."""

import json
import re
from collections import Counter
from fractions import Fraction
from itertools import zip_longest
from pathlib import Path

import pandas as pd
import pytest

from tests.control_charts import BETTER, Point, Rules, chart, labels_of, limits_of

REFERENCE = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds" / "reference"
LAST = "2026-10-01"
DIRECTIONS = {"higher": "increase", "lower": "decrease", "neutral": "neutral"}


@pytest.fixture(scope="module")
def charts(borough) -> dict[str, list[dict]]:
    """{measure: rows of the mart in order}."""
    rows = borough.query("select * from marts.fct_measure_spc order by measure_id, month_start")
    rows = rows.astype(object).where(rows.notna(), None)
    return {measure: part.to_dict("records") for measure, part in rows.groupby("measure_id")}


@pytest.fixture(scope="module")
def redrawn(borough) -> dict[str, list[dict]]:
    """{measure: rows of the second way in order, with the state that the mart should give them}."""
    measures = borough.query("select * from marts.dim_measures where cadence = 'monthly' and not is_cumulative")
    figures = borough.query("select * from marts.fct_measures where breakdown = 'all' and value is not null")
    return {m.measure_id: redraw(m, figures[figures.measure_id == m.measure_id]) for m in measures.itertuples()}


def redraw(measure, figures: pd.DataFrame) -> list[dict]:
    values = dict(zip(pd.to_datetime(figures.month_start), figures.value, strict=True))
    months = pd.date_range(min(values, default=pd.Timestamp(LAST)), LAST, freq="MS")
    restarts = restarts_of(measure.measure_id)
    if measure.kind == "outturn":  # a forecast is of one financial year
        restarts |= {f"{m:%Y-%m}" for m in months if m.month == 4}
    points = [
        Point(m.date(), exact(values.get(m)), f"{m:%Y-%m}" in restarts, exact(target(measure.targets, m)))
        for m in months
    ]
    rows = chart(points, DIRECTIONS[measure.better], Rules())
    counts = Counter(row["segment"] for row in rows if row["value"] is not None)
    for row in rows:
        alike = len({r["value"] for r in rows if r["segment"] == row["segment"]} - {None}) == 1
        if row["value"] is None:
            row["spc_state"] = "no_data_this_month"
        elif counts[row["segment"]] < 13 or (row["lower_limit"] is None and not alike):
            row["spc_state"] = "too_few_points"
        elif alike or row["lower_limit"] == row["upper_limit"]:
            row["spc_state"] = "too_little_variation"
        else:
            row["spc_state"] = "charted"
    return rows


def restarts_of(measure_id: str) -> set[str]:
    """Months, as 2025-01, in which a chart starts again."""
    breaks = pd.read_csv(REFERENCE / "recording_breaks.csv").query("measure_id == @measure_id").breaks_on
    rebases = pd.read_csv(REFERENCE / "spc_rebases.csv").query("measure_id == @measure_id").month_start
    return {day[:7] for day in [*breaks, *rebases]}


def target(lines: str, month: pd.Timestamp) -> float | None:
    begun = [t for t in json.loads(lines) if t["from"][:7] <= f"{month:%Y-%m}"]
    return max(begun, key=lambda t: t["from"])["value"] if begun else None


def exact(number) -> Fraction | None:
    return None if number is None else Fraction(str(number))


def test_every_monthly_measure_that_does_not_add_up_has_a_chart(charts, redrawn):
    assert len(redrawn) > 25
    assert set(charts) == set(redrawn)
    assert {"ehc_plans", "plans_issued_within_20_weeks"} < set(charts)
    assert not {"learners_repatriated", "repatriation_saving", "therapy_provided"} & set(charts)


def test_months_and_states_are_those_of_the_second_way(charts, redrawn):
    for measure, rows in redrawn.items():
        seen = [(r["month_start"], r["segment"], r["spc_state"]) for r in charts[measure]]
        assert seen == [(r["at"], r["segment"], r["spc_state"]) for r in rows], measure
    assert {r["spc_state"] for rows in charts.values() for r in rows} >= {"charted", "too_few_points"}


def test_limits_and_labels_are_those_of_the_second_way(charts, redrawn):
    for measure, rows in redrawn.items():
        for ours, known in zip(charts[measure], rows, strict=True):
            if known["spc_state"] == "charted":
                assert ours["special_cause"] == known["special_cause"], (measure, known["at"])
                assert ours["point_type"] == known["point_type"]
                for column in ("mean", "lower_limit", "upper_limit"):
                    assert float(ours[column]) == pytest.approx(float(known[column]), abs=1e-8)
            else:
                assert (ours["special_cause"], ours["point_type"]) == (None, None)


def test_icons_are_those_of_the_second_way(charts, redrawn):
    for measure, rows in redrawn.items():
        is_shown = rows[-1]["spc_state"] in ("charted", "too_little_variation")
        known = tuple(rows[-1][i] if is_shown else None for i in ("variation_icon", "assurance_icon"))
        assert {(r["variation_icon"], r["assurance_icon"]) for r in charts[measure]} == {known}, measure


def test_the_chart_of_a_forecast_starts_again_with_the_financial_year(charts):
    rows = charts["high_needs_spend_forecast"]
    assert [f"{r['month_start']:%Y-%m}" for r in rows if r["restart_reason"]] == ["2024-04", "2025-04", "2026-04"]
    assert {r["spc_state"] for r in rows} == {"too_few_points"}


def test_a_chart_starts_again_at_a_break_in_recording(charts):
    restarts = [(r["month_start"].isoformat(), bool(r["restart_reason"])) for r in charts["ehc_plans"] if r["segment"]]
    assert restarts[0] == ("2025-01-01", True)
    assert not any(is_restart for _, is_restart in restarts[1:])


# --- as published -----------------------------------------------------------------------------------------------------

NEWEST = "(select max(edition_id) from published.editions where month = '2026-10-01')"
OPEN = ["segment", "mean", "lower_limit", "upper_limit", "spc_state", "special_cause", "point_type", "restart_reason",
        "target_value", "variation_icon", "assurance_icon"]  # fmt: skip
NUMBERS = ["mean", "lower_limit", "upper_limit", "target_value"]


@pytest.fixture(scope="module")
def published(borough) -> dict[str, list[dict]]:
    """{measure: rows of published.control_charts, as the Board may read them, with what is shown of each figure}."""
    rows = borough.query(
        "select c.*, m.better, f.value, f.symbol, f.lower_value, f.upper_value from published.control_charts as c"
        " inner join published.measures as m on c.edition_id = m.edition_id and c.measure_id = m.measure_id"
        " left join published.figures as f on c.edition_id = f.edition_id and c.measure_id = f.measure_id"
        f" and c.month_start = f.month_start and f.breakdown = 'all' where c.edition_id = {NEWEST}"
        " order by c.measure_id, c.month_start",
        role="board_reader",
    )
    rows = rows.astype(object).where(rows.notna(), None)
    return {measure: part.to_dict("records") for measure, part in rows.groupby("measure_id")}


def test_every_chart_of_the_marts_is_published_and_no_other(charts, published):
    assert set(published) == set(charts)
    assert {m: [r["month_start"] for r in rows] for m, rows in published.items()} == {
        m: [r["month_start"] for r in rows] for m, rows in charts.items()
    }


def test_where_all_is_shown_what_is_published_is_the_marts(charts, published):
    compared = {m for m, rows in published.items() if not any(row["left_out_count"] for row in rows)}
    assert {"ehc_plans", "plans_per_case_officer", "turnover_rate", "actions_overdue"} <= compared
    for measure in compared:
        for ours, known in zip(published[measure], charts[measure], strict=True):
            assert {n: ours[n] for n in OPEN if n not in NUMBERS} == {n: known[n] for n in OPEN if n not in NUMBERS}
            for name in NUMBERS:
                assert (ours[name] is None) == (known[name] is None)
                assert ours[name] is None or float(ours[name]) == pytest.approx(float(known[name]), abs=1e-9)


def test_where_some_are_hidden_all_follows_from_what_is_shown(published):
    """Drawn again the second way from published figures alone: an attacker learns no more than these tell."""
    partly = {m: rows for m, rows in published.items() if any(row["left_out_count"] for row in rows)}
    assert partly, "the small borough has hidden months"
    for measure, rows in partly.items():
        for segment in {row["segment"] for row in rows if row["left_out_count"]}:
            compare_with_shown(measure, [row for row in rows if row["segment"] == segment])


def compare_with_shown(measure: str, rows: list[dict]) -> None:
    values = [exact(row["value"]) if row["symbol"] == "" else None for row in rows]
    hidden = sum(row["symbol"] not in ("", None) for row in rows)
    limits = limits_of([middle(row) for row in rows], Rules())
    is_enough = hidden * 10 <= rows[0]["segment_point_count"] and sum(v is not None for v in values) >= 13
    is_drawn = is_enough and limits.has_any()
    labels = labels_of(values, limits, BETTER[DIRECTIONS[rows[0]["better"]]], Rules()) if is_drawn else []
    assert {row["left_out_count"] for row in rows} == {hidden}
    for row, value, label in zip_longest(rows, values, labels):
        is_charted = is_drawn and value is not None
        assert row["special_cause"] == (label if is_charted else None), (measure, row["month_start"])
        assert (row["mean"] is not None) == is_drawn
        if is_drawn:
            assert float(row["mean"]) == pytest.approx(float(limits.mean), abs=1e-9)
            assert float(row["upper_limit"]) == pytest.approx(float(limits.mean + limits.width), abs=1e-9)


def middle(row: dict) -> Fraction | None:
    if row["symbol"] == "":
        return exact(row["value"])
    return None if row["lower_value"] is None else (exact(row["lower_value"]) + exact(row["upper_value"])) / 2


def test_promises_come_to_what_the_marts_say_where_all_their_measures_are_shown(borough):
    links = borough.query(
        "select a.action_id, a.measure_id, a.measure_signal, m.measure_signal as mart_signal, f.symbol"
        " from published.action_measures as a"
        " full join (select * from marts.bridge_action_measures where month_start = '2026-10-01') as m"
        " on a.action_id = m.action_id and a.measure_id = m.measure_id"
        " left join published.figures as f on a.edition_id = f.edition_id and a.measure_id = f.measure_id"
        f" and a.figure_month = f.month_start and f.breakdown = 'all' where a.edition_id = {NEWEST}"
    )
    assert links[["measure_signal", "mart_signal"]].notna().all(axis=None), "the same links in both"
    is_shown = links.symbol.eq("") | links.symbol.isna()
    assert (links.measure_signal == links.mart_signal)[is_shown].all()
    actions = borough.query(
        "select a.action_id, a.measure_signal, m.measure_signal as mart_signal from published.actions as a"
        " inner join marts.fct_actions as m on a.action_id = m.action_id and m.month_start = '2026-10-01'"
        f" where a.edition_id = {NEWEST}"
    )
    whole = actions[~actions.action_id.isin(links[~is_shown].action_id)]
    assert len(whole) > 4
    assert (whole.measure_signal == whole.mart_signal).all()


def test_nothing_is_called_better_or_worse_that_chance_would_explain(borough):
    """Over the whole edition: `better` and `worse` stand where the chart says so, and nothing ever improves."""
    code = (
        "from send_data import pages, published, warehouse, words;"
        "query = 'select max(edition_id) from published.editions';"
        "edition = warehouse.engine('board_reader').connect().exec_driver_sql(query).scalar();"
        "found = pages.measure_pages(published.read(edition), words.words());"
        "print(*[f'{p.variation}|{p.sentence} {p.signal_sentence} {p.variation_words}' for p in found], sep=chr(10))"
    )
    told = [line.split("|", 1) for line in borough.run(code).splitlines()]
    assert {"no_real_change", "cannot_be_charted", "improving"} <= {variation for variation, _ in told}
    for variation, words in told:
        judged = {word for word in ("better", "worse") if word in words}
        assert judged == {"improving": {"better"}, "worsening": {"worse"}}.get(variation, set()), words
        assert not re.search("improv|deteriorat|declin|progress", words), words
