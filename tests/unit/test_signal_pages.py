"""What a page says of change: codes, words, reasons to look at it, the table behind its chart; from published rows."""

from dataclasses import replace
from datetime import date

import pytest

from send_data import charts, published, sentences
from send_data import pages as paging
from send_data import words as wording
from send_data.change import ASSURANCE_WORDS, VARIATION_WORDS
from send_data.sentences import Standing
from tests.unit import sample_marts
from tests.unit.test_editions import freeze, rows
from tests.unit.test_sentences import MEASURE, rate


@pytest.fixture(scope="module")
def edition(warehouse) -> published.Edition:
    with warehouse.engine().begin() as connection:
        connection.exec_driver_sql("truncate published.editions, ops.build cascade")
    return published.read(freeze(sample_marts.tables()))


@pytest.fixture(scope="module")
def pages(edition) -> dict[str, paging.MeasurePage]:
    return {page.measure["measure_id"]: page for page in paging.measure_pages(edition, wording.words())}


def test_charts_are_those_of_monthly_measures_that_do_not_add_up(edition):
    charted = {row["measure_id"] for row in edition.control_charts}
    assert charted == {
        "requests_received", "plans_issued_within_20_weeks", "plans_issued_with_exceptions",
        "reviews_completed_on_time", "reviews_overdue", "cost_per_placement",
    }  # fmt: skip


def test_no_number_of_a_chart_is_worked_out_with_a_hidden_figure(edition):
    """Each mean is that of the figures shown; a chart with too many hidden has none."""
    shown = {}
    for row in edition.figures:
        if row["breakdown"] == "all" and row["symbol"] == "":
            shown.setdefault(row["measure_id"], []).append(row["value"])
    hidden = {row["measure_id"] for row in edition.figures if row["breakdown"] == "all" and row["symbol"] == "c"}
    assert hidden & {row["measure_id"] for row in edition.control_charts}
    for row in edition.control_charts:
        values = shown.get(row["measure_id"], [])
        if row["left_out_count"] == 0:
            assert float(row["mean"]) == pytest.approx(float(sum(values) / len(values)), abs=1e-9)
        elif row["left_out_count"] * 10 > row["segment_point_count"]:
            assert (row["mean"], row["spc_state"], row["point_type"]) == (None, "not_shown", None)


def test_a_page_says_what_its_chart_says(edition, pages):
    month = edition.header["month"]
    icons = {r["measure_id"]: r["variation_icon"] for r in edition.control_charts if r["month_start"] == month}
    for measure_id, page in pages.items():
        assert page.variation in VARIATION_WORDS
        assert page.assurance in ASSURANCE_WORDS
        assert page.variation_words.startswith(VARIATION_WORDS[page.variation])
        assert (page.variation == "cannot_be_charted") == (icons.get(measure_id) is None)
        assert (page.variation == "no_real_change") == (icons.get(measure_id) == "common_cause")
        assert page.trend.signal_sentence == page.signal_sentence != ""


def test_promises_are_published_with_what_their_measures_show(edition):
    actions = {row["action_id"]: row for row in edition.actions}
    assert {a: (r["action_status"], r["measure_signal"], r["measure_count"]) for a, r in actions.items()} == {
        "pap-2.1.1": ("complete", "not_met", 2),
        "sv-3.1": ("overdue", "under_way", 1),
    }
    assert [(r["recommendation_number"], r["measure_signal"]) for r in edition.recommendations] == [
        (1, "not_met"), (2, "no_measure")]  # fmt: skip
    assert {(r["action_id"], r["measure_id"]) for r in edition.action_measures} == {
        ("pap-2.1.1", "reviews_completed_on_time"), ("pap-2.1.1", "requests_received"),
        ("sv-3.1", "learners_repatriated"),
    }  # fmt: skip
    assert [r["law_signal"] for r in edition.recommendation_measures] == ["not_met"]


def test_what_is_published_of_signals_is_never_changed(edition):
    guarded = rows("select tgrelid::regclass::text as name from pg_trigger where tgname = 'refuse_change'")
    names = {"control_charts", "actions", "recommendations", "action_measures", "recommendation_measures"}
    assert {f"published.{name}" for name in names} <= {row["name"] for row in guarded}


def test_a_finished_action_stands_on_the_chart_with_its_words(pages):
    page = pages["reviews_completed_on_time"]
    assert page.events == [
        {"letter": "A", "day": date(2026, 3, 20), "when": "20 March 2026", "action_id": "pap-2.1.1",
         "what": "Plan reviews a year ahead"}
    ]  # fmt: skip
    assert page.trend.events == [charts.Event(date(2026, 3, 20), "A")]
    assert pages["reviews_overdue"].events == []


def test_actions_of_one_month_share_a_letter(edition):
    done = [{"action_id": str(day), "completed_on": date(2026, month, day), "action_text": "Do"}
            for day, month in ((9, 5), (2, 5), (7, 8))]  # fmt: skip
    links = [{"action_id": row["action_id"], "measure_id": "m"} for row in done]
    some = edition._replace(actions=done, action_measures=links)
    found = paging.events_of({"measure_id": "m"}, some, date(2026, 1, 1))
    assert [(event["letter"], event["when"]) for event in found] == [
        ("A", "2 May 2026"), ("A", "9 May 2026"), ("B", "7 August 2026")]  # fmt: skip
    assert paging.events_of({"measure_id": "m"}, some, date(2026, 9, 1)) == []


@pytest.mark.parametrize(
    ("law", "target", "variation", "assurance", "reasons"),
    [
        ("met", "met", "improving", "always_meets", []),
        ("unknown", "under_way", "cannot_be_charted", "cannot_be_said", []),
        ("not_met", None, "no_real_change", "no_target", ["It does not keep the law, which requires 100%"]),
        ("met", "not_met", "no_real_change", "sometimes_meets", ["It misses its target of 80%"]),
        (None, "met", "worsening", "sometimes_meets",
         ["It has changed for the worse, by more than chance would explain"]),
        (None, "met", "no_real_change", "never_meets", ["It will go on missing its target unless something changes"]),
        ("not_met", "not_met", "worsening", "never_meets",
         ["It does not keep the law, which requires 100%", "It misses its target of 80%",
          "It has changed for the worse, by more than chance would explain",
          "It will go on missing its target unless something changes"]),
    ],
)  # fmt: skip
def test_why_a_measure_needs_the_boards_eye(pages, law, target, variation, assurance, reasons):
    page = replace(pages["reviews_completed_on_time"], standing=Standing(target, law, ""), variation=variation,
                   assurance=assurance, law="100%", target="80%")  # fmt: skip
    assert paging.exception_reasons(page) == reasons
    assert paging.is_exception(page) == bool(reasons)


def test_the_table_behind_a_chart_has_its_numbers(edition, pages):
    page = pages["reviews_completed_on_time"]
    table = paging.data_table(page.trend)
    assert table["columns"][:5] == ["Figure", "How many", "Average", "Range from", "Range to"]
    figures = [sentences.figure_of(row) for row in edition.figures
               if row["measure_id"] == "reviews_completed_on_time" and row["breakdown"] == "all"]  # fmt: skip
    newest = max(figures, key=lambda figure: figure.month_start)
    assert table["rows"][0]["label"] == "October 2026"
    assert table["rows"][0]["cells"][0] == sentences.figure_text(page.measure, newest)
    assert len(table["rows"]) == len(page.trend.points) == 30
    assert all(len(row["cells"]) == len(table["columns"]) for row in table["rows"])


def test_a_chart_without_range_and_signals_has_a_short_table(pages):
    assert paging.data_table(pages["learners_repatriated"].trend)["columns"] == ["Figure"]


def test_a_term_is_told_by_name_on_axis_and_in_words():
    termly = MEASURE | {"cadence": "termly", "reported_in": "3,8,12"}
    series = [rate(31, 66, date(2025, 12, 1)), rate(33, 66, date(2026, 3, 1)), rate(40, 66, date(2026, 8, 1))]
    trend = paging.trend_of(termly, series, date(2026, 8, 1), "")
    axis = [s.text for s in charts.drawing(trend) if s.kind == "text" and s.places[1] > charts.BOTTOM + 10]
    assert axis == ["Aut", "Spr", "Sum", "2025", "2026"]
    assert paging.data_table(trend)["rows"][0]["label"] == "The summer term of 2026"
    assert sentences.sentence(termly, series, date(2026, 10, 1)).startswith(
        "This is a termly figure. The latest is 60.6% (40 of 66), for the summer term of 2026."
    )


def test_a_figure_of_a_census_day_stands_in_the_days_month():
    census = MEASURE | {"cadence": "termly", "reported_in": "1,5,10"}
    assert sentences.period_name(census, date(2026, 5, 1)) == "May 2026"
