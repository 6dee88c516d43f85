"""The control charts of the small borough, drawn again by plain Python from fct_measures and the files of decisions."""

import json
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from tests.control_charts import Point, Rules, chart

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
