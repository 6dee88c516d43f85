"""What is coming: in ranges of five and round numbers when published, in words when printed."""

from decimal import Decimal

import pytest

from send_data import coming, forward
from send_data import words as wording
from tests.unit.test_editions import clean, freeze, rows  # noqa: F401 - a fixture
from tests.unit.test_editions import sample_marts as sample


@pytest.mark.parametrize(
    ("count", "bounds"), [(1, (1, 4)), (4, (1, 4)), (5, (5, 9)), (9, (5, 9)), (10, (10, 14)), (294, (290, 294))]
)
def test_a_count_of_what_falls_due_is_a_range_of_five(count, bounds):
    (row,) = forward.falling_due_rows([{"kind": "review", "due_band": "overdue", "case_count": Decimal(count)}])
    assert (row["lower_bound"], row["upper_bound"]) == bounds


def test_nothing_due_is_no_row():
    assert forward.falling_due_rows([{"kind": "review", "due_band": "overdue", "case_count": 0}]) == []


@pytest.mark.parametrize(
    ("measure", "value", "shown"),
    [
        ("plans", "4.99", None), ("plans", "5", 5), ("plans", "1003", 1005), ("plans", "1002", 1000),
        ("cost_gbp", "12345678", 12_300_000),
    ],
)  # fmt: skip
def test_a_forecast_is_rounded_and_fewer_than_five_are_hidden(measure, value, shown):
    record = {"measure": measure, "value": Decimal(value), "lower": Decimal(value) - 1, "upper": Decimal(value) + 1}
    (row,) = forward.forecast_rows([record])
    assert row["value"] == shown
    assert row["symbol"] == ("c" if shown is None else "")
    if shown is None:
        assert row["lower_value"] is None
        assert row["upper_value"] is None
    else:
        assert row["lower_value"] <= record["lower"] <= record["upper"] <= row["upper_value"]


def test_an_edition_holds_what_is_coming(clean):  # noqa: F811
    edition_id = freeze(sample.tables())
    due = rows("select kind, due_band, lower_bound, upper_bound from published.falling_due where edition_id = :e",
               e=edition_id)  # fmt: skip
    assert sorted(tuple(r.values()) for r in due) == [
        ("decision_to_assess", "overdue", 1, 4), ("review", "overdue", 1, 4), ("review", "within_30_days", 10, 14),
    ]  # fmt: skip
    # Cases of a team are added up, 3 and 4, before they are a range.
    due = rows("select case_team, due_band, lower_bound, upper_bound from published.falling_due_by_team"
               " where edition_id = :e", e=edition_id)  # fmt: skip
    assert sorted(tuple(r.values()) for r in due) == [
        ("Secondary", "overdue", 5, 9), ("Secondary", "within_30_days", 5, 9),
        ("not allocated", "within_30_days", 1, 4),
    ]  # fmt: skip
    shown = rows("select * from published.forecasts where edition_id = :e", e=edition_id)
    # Five cells for two years of the baseline; the need of the other scenario is not published, nor is this year.
    assert len(shown) == 5 * 2 + 4 * 2
    assert {r["years_ahead"] for r in shown} == {1, 2}
    assert [r["value"] for r in shown if r["primary_need"] == "MSI"] == [None, None]
    errors = rows("select measure, error_rate from published.forecast_errors where edition_id = :e", e=edition_id)
    assert errors == [{"measure": "plans", "error_rate": Decimal("0.0114")}]


@pytest.fixture(scope="module")
def words():
    return wording.words()


@pytest.fixture(scope="module")
def page(words):
    """The section for the sample's forecasts, without a database."""
    labels = {row["scenario"]: row["label"] for row in sample.scenarios()}
    shown = [row | {"label": labels[row["scenario"]]} for row in sample.forecasts() if row["years_ahead"] > 0]
    errors = [row for row in sample.backtests() if row["primary_need"] == "all"]
    errors.append(errors[0] | {"academic_year": "2027/28", "years_ahead": 2, "error_rate": Decimal("-0.0004")})
    due = forward.falling_due_rows([{"kind": "review", "due_band": "within_30_days", "case_count": 12}])
    teams = [("not allocated", 3), ("Secondary", 12), ("Complex needs", 7)]
    held = [{"case_team": team, "due_band": "overdue", "case_count": count} for team, count in teams]
    by_team = forward.falling_due_rows(held, by="case_team")
    return coming.coming_page(due, by_team, forward.forecast_rows(shown), errors, words)


def test_every_kind_has_a_row_and_what_is_not_published_is_none(page, words):
    cells = {row["label"]: row["cells"] for row in page["falling_due"]}
    assert list(cells) == list(words["due_kinds"].values())
    assert cells["Annual reviews"] == ["none", "10 to 14", "none", "none"]
    assert cells["Final plans (20 weeks)"] == ["none"] * 4


def test_teams_stand_by_name_and_those_without_one_last(page):
    assert page["falling_due_by_team"] == [
        {"label": "Complex needs", "cells": ["5 to 9", "none", "none", "none"]},
        {"label": "Secondary", "cells": ["10 to 14", "none", "none", "none"]},
        {"label": "Not allocated to a team", "cells": ["fewer than 5", "none", "none", "none"]},
    ]


def test_a_forecast_is_said_with_its_interval(page):
    assert page["forecasts"] == [
        {
            "label": "2027 to 28",
            "cells": ["1,005 (900 to 1,105)", "200 (180 to 225)", "£12.3m (£11.1m to £13.6m)"],
        },
        {
            "label": "2028 to 29",
            "cells": ["1,005 (800 to 1,205)", "200 (160 to 245)", "£12.3m (£9.8m to £14.9m)"],
        },
    ]


def test_misses_are_said_in_words(page):
    assert page["errors"] == [
        "EHC plans: 1.1% too high for 2026 to 27, made one year before; right to 0.1% for 2027 to 28, made two years"
        " before.",
        "Requests in the twelve months before: not yet tried.",
        "Cost of placements in a year: not yet tried.",
    ]


def test_scenarios_stand_side_by_side_the_baseline_first(page):
    assert page["scenarios"] == ["As things are going", "Requests up a tenth"]
    cells = {row["label"]: row["cells"] for row in page["scenario_rows"]}
    assert cells["EHC plans"] == ["1,005", "1,005"]
    assert cells["Special, maintained school"] == ["100", "100"]
    assert cells["Special, independent school"] == ["none", "none"]


def test_few_are_said_to_be_few(page):
    by_need = page["details"][1]
    assert by_need["rows"] == [{"label": "Multi-sensory impairment", "cells": ["fewer than 5", "fewer than 5"]}]


def test_an_edition_without_forecasts_has_no_section(words):
    assert coming.coming_page([], [], [], [], words) is None
