"""Nothing can be worked out of what two months publish, of the small borough and of the whole one."""

from datetime import date

import pandas as pd
import pytest

from send_data import disclosure_rules
from tests import attacker
from tests.borough import Borough


@pytest.fixture(scope="module", params=["borough", "whole_borough"])
def attacked(request) -> Borough:
    return request.getfixturevalue(request.param)


def editions(borough: Borough) -> dict[date, int]:
    """The first edition of each month, by the marts that the borough keeps."""
    found = borough.query("select month, min(edition_id) as edition_id from published.editions group by month")
    numbers = dict(sorted(found.itertuples(index=False, name=None)))
    assert [f"{month:%Y-%m}" for month in numbers] == list(borough.marts)
    return numbers


def published(borough: Borough, table: str, edition_id: int) -> pd.DataFrame:
    return borough.query(f"select * from published.{table} where edition_id = {edition_id}", role="board_reader")


def truth(borough: Borough, month: date) -> pd.DataFrame:
    figures = borough.marts[f"{month:%Y-%m}"]["fct_measures"]
    return figures[figures["month_start"] <= month]


def test_no_hidden_count_is_recovered(attacked):
    """In every month, with everything that both editions printed."""
    numbers = editions(attacked)
    figures = {month: published(attacked, "figures", number) for month, number in numbers.items()}
    measures = attacked.query("select * from marts.dim_measures")
    found = attacker.attack(
        figures, {month: truth(attacked, month) for month in numbers}, measures,
        exempt=disclosure_rules.exempt_measures(),
    )  # fmt: skip
    assert sum((rows["symbol"] == "c").sum() for rows in figures.values()) > 100
    assert found == []
    for rows in figures.values():
        assert attacker.lone_amounts(rows, measures) == []


def test_one_cell_more_would_give_a_count_away(attacked):
    """So that a silent attacker means something: of a table with two hidden cells, the larger is shown to him."""
    (month, number), *_ = reversed(editions(attacked).items())
    figures, records = published(attacked, "figures", number), truth(attacked, month)
    opened = _opened(figures, records)
    assert opened is not None
    measures = attacked.query("select * from marts.dim_measures")
    found = attacker.attack(
        {month: opened}, {month: records}, measures, exempt=disclosure_rules.exempt_measures()
    )  # fmt: skip
    assert found


def _opened(figures: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame | None:
    """The figures with one hidden cell shown, of a table of plain counts in which two are hidden and one is small."""
    key = ["measure_id", "month_start", "breakdown", "breakdown_value"]
    known = figures.merge(records[[*key, "numerator_count"]], on=key, suffixes=("", "_true"))
    hidden = known[(known["symbol"] == "c") & (known["breakdown"] != "all") & known["is_count"]]
    for _, table in hidden.groupby(key[:3]):
        counts = sorted(table["numerator_count_true"].astype(float))
        if len(table) == 2 and 0 < counts[0] < 5 <= counts[1]:
            larger = table.loc[table["numerator_count_true"].astype(float).idxmax()]
            at = (figures[key] == larger[key]).all(axis=1)
            return figures.assign(symbol=figures["symbol"].mask(at, ""))
    return None


def test_learners_who_moved_are_never_shown_one_to_four_apart(attacked):
    items = pd.concat([published(attacked, "repatriations", number) for number in editions(attacked).values()])
    assert len(items) > 50
    assert attacker.close_steps(items) == []


def test_what_falls_due_leaves_no_single_number(attacked):
    for number in editions(attacked).values():
        tables = [published(attacked, name, number) for name in ("falling_due", "falling_due_by_team")]
        assert all(len(table) for table in tables)
        assert attacker.narrow_ranges(*tables) == []


def test_public_figures_are_rounded_and_hide_whatever_the_board_is_not_shown(attacked):
    key = ["measure_id", "month_start", "breakdown", "breakdown_value"]
    exempt = disclosure_rules.exempt_measures()
    for number in editions(attacked).values():
        both = published(attacked, "figures", number).merge(
            published(attacked, "public_figures", number), on=key, suffixes=("", "_public"), how="outer"
        )
        assert both["symbol_public"].notna().all()
        of_people = both[~both["measure_id"].isin(exempt)]
        hidden = of_people[of_people["symbol"] == "c"]
        assert (hidden["symbol_public"] == "c").all()
        shown = of_people[of_people["is_count"] & of_people["numerator_count_public"].notna()]
        counts = shown["numerator_count_public"].astype(float)
        assert ((counts == 0) | ((counts >= 10) & (counts % 5 == 0))).all()
        assert len(shown) > 50
        alone = both[(both["breakdown"] != "all") & ~both["measure_id"].isin(exempt)]
        tables = alone.assign(is_hidden=alone["symbol_public"] == "c").groupby(key[:3])["is_hidden"]
        assert not ((tables.sum() == 1) & (tables.size() > 1)).any()
