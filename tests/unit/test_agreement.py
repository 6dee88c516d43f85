"""Words and rows beside DfE's figures, at their edges."""

from datetime import date
from decimal import Decimal

import pytest

from send_data import agreement

PART = {
    "measure_id": "m", "figure": "f", "title": "EHC plans", "unit": "count", "release_year": "2026", "period": "202526",
    "period_on": date(2026, 1, 15), "breakdown": "primary_need", "dfe_value": Decimal(100), "difference": Decimal(0),
    "explanation": None, "explained_by": None, "state": "within_tolerance",
}  # fmt: skip


@pytest.mark.parametrize(
    ("difference", "unit", "about"),
    [
        ("1", "count", 5), ("7.4", "count", 5), ("7.5", "count", 10), ("-118", "count", 120),
        ("0.2", "percent", 1), ("1.4", "percent", 1), ("-1.5", "percent", 2),
    ],
)  # fmt: skip
def test_a_difference_is_told_in_steps_and_never_as_none(difference, unit, about):
    (row,) = agreement.reconciliation_rows([PART | {"difference": Decimal(difference), "unit": unit}])
    assert row["about_difference"] == about


def test_a_figure_is_as_its_gravest_part_and_tells_that_ones_difference():
    explained = {"state": "explained", "difference": Decimal(80), "explanation": "known", "explained_by": "A"}
    parts = [
        PART,
        PART | explained,
        PART | {"state": "unexplained", "difference": Decimal(-20)},
        PART | {"state": "unexplained", "difference": Decimal(10)},
    ]
    (row,) = agreement.reconciliation_rows(parts)
    assert (row["state"], row["about_difference"], row["explanation"]) == ("unexplained", 20, None)
    assert (row["part_count"], row["unexplained_count"], row["explained_count"]) == (4, 2, 1)
    assert (row["within_tolerance_count"], row["not_reproducible_count"]) == (1, 0)


def test_a_whole_has_dfes_figure_unless_it_is_small():
    whole = PART | {"breakdown": "all"}
    values = [
        agreement.reconciliation_rows([whole | {"dfe_value": Decimal(n), "unit": unit}])[0]["dfe_value"]
        for n, unit in [(0, "count"), (4, "count"), (5, "count"), (4, "percent")]
    ]
    assert values == [0, None, 5, 4]


FIGURE = {
    "measure_id": "m", "month_start": date(2026, 10, 1), "breakdown": "all", "breakdown_value": "all", "value": 3,
    "numerator_count": 3, "denominator_count": None, "symbol": "", "lower_bound": None, "upper_bound": None,
    "lower_value": None, "upper_value": None, "as_of_month": date(2026, 7, 1), "is_count": True,
}  # fmt: skip


@pytest.mark.parametrize("state", ["within_tolerance", "explained", "not_reproducible"])
def test_nothing_is_held_back_but_for_an_unexplained_difference(state):
    assert agreement.hold_back([FIGURE], [{"measure_id": "m", "state": state}]) == [FIGURE]


def test_a_measure_held_back_is_emptied_and_has_no_parts():
    other, part = FIGURE | {"measure_id": "o"}, FIGURE | {"breakdown": "sex", "breakdown_value": "F"}
    kept, untouched = agreement.hold_back([FIGURE, part, other], [{"measure_id": "m", "state": "unexplained"}])
    assert untouched == other
    assert kept == FIGURE | {
        "value": None, "numerator_count": None, "symbol": "h", "as_of_month": date(2026, 10, 1)
    }  # fmt: skip


def test_a_measure_held_back_says_what_differs_and_whom_to_ask():
    rows = agreement.reconciliation_rows(
        [
            PART | {"breakdown": "all", "state": "unexplained", "difference": Decimal(118)},
            PART | {"figure": "by_need", "title": "EHC plans by main need", "state": "unexplained",
                    "difference": Decimal(40)},
            PART | {"figure": "by_need", "title": "EHC plans by main need"},
            PART | {"figure": "new", "title": "Plans begun", "breakdown": "all", "state": "unexplained",
                    "difference": None, "period": "2025"},
        ]
    )  # fmt: skip
    assert agreement.held_back({"measure_id": "m", "owner": "SEN data officer"}, rows) == (
        "Held back: our figure of EHC plans in January 2026 differs from DfE’s by about 120; our figure of EHC plans "
        "by main need in January 2026 differs from DfE’s in 1 of 2 parts, at most by about 40; we have no figure of "
        "plans begun in 2025, and DfE has. Nobody has explained why; ask the SEN data officer."
    )
    assert agreement.held_back({"measure_id": "another", "owner": "SEN data officer"}, rows) == ""


AREA = {
    "comparator": "borough", "area_name": "Bexley", "time_period": "202425", "release_year": "2025", "unit": "count",
    "value": Decimal(3267), "symbol": None, "differs_by": None, "ranked_by": "largest_first", "rank_place": None,
    "quartile": None, "ranked_count": 1, "unranked_count": 10,
}  # fmt: skip


def test_who_has_nobody_to_rank_with_is_told_so():
    assert agreement.comparison([AREA]) == (
        "for January 2025 (release 2025): Bexley 3,267. No statistical neighbour’s figure is at hand: no rank."
    )
    assert agreement.comparison([]) == ""


def test_a_rank_without_better_is_by_size_alone_and_counts_who_is_missing():
    ranked = AREA | {"rank_place": 3, "ranked_count": 3, "unranked_count": 2}
    assert agreement.comparison([ranked]).endswith("Rank 3 among 3 (by size alone); 2 more have no figure.")
    assert agreement.comparison([ranked | {"unranked_count": 0}]).endswith("Rank 3 among 3 (by size alone).")


def test_a_symbol_is_told_and_no_number():
    assert "Bexley not available" in agreement.comparison([AREA | {"value": None, "symbol": "x"}])
    assert "Bexley too few to show" in agreement.comparison([AREA | {"value": None, "symbol": "c"}])


def test_the_table_shows_the_newest_period_we_reach_and_whatever_is_held_back():
    whole = PART | {"breakdown": "all"}
    older = {"period": "202425", "period_on": date(2025, 1, 16)}
    oldest = {"period": "201819", "period_on": date(2019, 1, 17), "state": "not_reproducible", "difference": None}
    rows = agreement.reconciliation_rows(
        [
            whole,
            whole | older,
            whole | {"figure": "held", "title": "Held"},
            whole | older | {"figure": "held", "title": "Held", "state": "unexplained", "difference": Decimal(9)},
            whole | oldest | {"figure": "old", "title": "Old"},
            whole | oldest,
        ]
    )
    assert [(r["title"], r["period"], r["words"]) for r in agreement.agreement_table(rows)] == [
        ("EHC plans", "January 2026", "Agrees"),
        ("Held", "January 2026", "Agrees"),
        ("Held", "January 2025", "Held back: differs by about 10, and nobody has explained why"),
        ("Old", "January 2019", "Lies before our history"),
    ]
