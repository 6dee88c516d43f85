"""The whole made-up borough: thousands of children, every measure, both months, against its own answers."""

from collections import Counter

import pytest

import demo_borough
from tests.borough import MONTHS
from tests.known_answers import differences, without_growth_across_breaks


@pytest.mark.parametrize("month", MONTHS)
def test_every_measure_equals_the_worlds_own_answer(whole_borough, month):
    answers = without_growth_across_breaks(demo_borough.known_answers(demo_borough.demo_world(), month))
    assert answers.measure_id.nunique() == 36
    assert len(answers) > 20_000
    assert differences(whole_borough.marts[month]["fct_measures"], answers) == []


@pytest.mark.parametrize("month", MONTHS)
def test_every_line_of_the_repatriation_ledger_equals_the_worlds(whole_borough, month):
    known = demo_borough.known_repatriations(demo_borough.demo_world(), month)
    lines = whole_borough.marts[month]["fct_repatriations"]
    columns = ["kind", "origin", "destination", "excluded_reason", "counts_for_promise", "counts_for_safety_valve"]
    assert sorted(map(str, known[columns].values.tolist())) == sorted(map(str, lines[columns].values.tolist()))
    for column in ("full_year_saving_gbp", "part_year_saving_gbp", "travel_saving_gbp"):
        assert lines[column].astype(float).sum() == pytest.approx(known[column].astype(float).sum(), abs=0.5), column


def test_exactly_the_planted_faults_are_quarantined(whole_borough):
    """In the deliveries of the two months and in those of the terms and years before them."""
    refused = whole_borough.query(
        "select to_char(d.month, 'YYYY-MM') as month, l.source, l.rows_quarantined as rows "
        "from ops.load l join ops.delivery d using (delivery_id)"
    )
    found, planted = Counter(), Counter()
    for row in refused.itertuples():
        found[row.month, row.source] += row.rows
    for month in sorted(set(refused.month)):
        for source, _, count in demo_borough.planted_faults(month):
            planted[month, source] += count
    assert +found == planted
    assert all(sum(each == month for each, _ in planted) >= 5 for month in MONTHS)


def test_the_second_month_revises_the_first(whole_borough):
    """Records entered late change what September looks like from October: the figures are not frozen in the marts."""
    key = ["measure_id", "month_start", "breakdown", "breakdown_value"]
    first, second = (whole_borough.marts[m]["fct_measures"].set_index(key) for m in MONTHS)
    both = first.join(second, suffixes=("_then", "_now"), how="inner").reset_index()
    september = both[both.month_start.astype(str) == "2026-09-01"]
    assert (september.value_then.astype(float) != september.value_now.astype(float)).any()
