"""The charts: the same twice, told in words, and honest about gaps."""

import io
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from itertools import combinations, pairwise

import pytest
from PIL import Image

from send_data import charts
from send_data.change import ASSURANCE_WORDS, VARIATION_WORDS
from send_data.charts import Band, Event, Point, Rule, Trend

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = [date(2025 + (i + 3) // 12, (i + 3) % 12 + 1, 1) for i in range(12)]
SHARES = [0.5, 0.52, None, None, 0.61, 0.64, 0.6, 0.7, 0.71, 0.72, 0.66, 0.69]
TREND = Trend(
    chart_id="reviews",
    title="Reviews on time",
    finding="In March 2026 the figure was 69.0% & below the law.",
    points=[
        Point(m, v, *((0.55, 0.65) if i == 2 else (None, None)), is_hidden=v is None)
        for i, (m, v) in enumerate(zip(MONTHS, SHARES, strict=True))
    ],
    tick_text=lambda tick: f"{tick:.0%}",
    rules=(Rule("Target 80%", 0.8, None, "8 4"), Rule("Law 100%", 1.0, None, "2 3")),
    is_share=True,
)


def parsed(trend: Trend) -> ET.Element:
    return ET.fromstring(charts.svg(trend))  # noqa: S314 - our own drawing


def texts(trend: Trend) -> list[str]:
    return [t.text for t in parsed(trend).iter(f"{SVG}text")]


def test_the_same_chart_is_the_same_bytes():
    assert charts.svg(TREND) == charts.svg(TREND)
    assert charts.png(TREND) == charts.png(TREND)


def test_title_and_description_tell_the_finding():
    root = parsed(TREND)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "reviews-title reviews-desc"
    assert root.find(f"{SVG}title").text == f"Reviews on time: {TREND.finding}"
    assert root.find(f"{SVG}desc").text == TREND.finding


def test_a_chart_refers_to_nothing_outside_itself():
    text = charts.svg(TREND)
    assert "href" not in text
    assert "<script" not in text
    assert text.count("http") == 1  # the name of the SVG language


def test_missing_months_break_the_line():
    lines = list(parsed(TREND).iter(f"{SVG}polyline"))
    assert [len(line.get("points").split()) for line in lines] == [2, 8]


def test_no_line_runs_across_a_break_in_recording():
    whole = replace(TREND, points=[charts.Point(date(2026, month, 1), 0.5) for month in range(1, 7)])
    broken = replace(whole, breaks=[date(2026, 4, 1)])
    assert [len(line.get("points").split()) for line in parsed(whole).iter(f"{SVG}polyline")] == [6]
    assert [len(line.get("points").split()) for line in parsed(broken).iter(f"{SVG}polyline")] == [3, 3]
    assert "recording changed" in texts(broken)
    assert "recording changed" not in texts(replace(whole, breaks=[date(2025, 4, 1)]))


def test_hidden_months_show_their_range_or_a_cross_but_no_value():
    shapes = charts.drawing(TREND)
    assert len([s for s in shapes if s.colour == charts.HIDDEN_INK]) == 1
    assert len([s for s in shapes if s.kind == "line" and s.colour == charts.MUTED and s.width == 1.6]) == 2


def test_target_and_law_are_labelled_and_told_apart_without_colour():
    assert {"Target 80%", "Law 100%"} <= set(texts(TREND))
    dashes = {s.dash for s in charts.drawing(TREND) if s.dash}
    assert dashes == {"8 4", "2 3"}


def test_labels_that_would_overlap_are_moved_apart():
    close = replace(TREND, rules=(Rule("Target 98%", 0.98, None, "8 4"), Rule("Law 100%", 1.0, None, "2 3")))
    heights = [
        s.places[1] for s in charts.drawing(close) if s.kind == "text" and s.is_bold and s.places[0] > charts.RIGHT
    ]
    assert abs(heights[0] - heights[1]) >= charts.LABEL_HEIGHT


def test_shares_run_from_nought_to_all():
    assert [t for t in texts(TREND) if t.endswith("%") and " " not in t] == ["0%", "25%", "50%", "75%", "100%"]


@pytest.mark.parametrize(
    ("values", "ends"),
    [((3, 12), (0, 15)), ((-200, 100), (-200, 100)), ((0, 0), (0, 1)), ((3100, 3300), (0, 4000)), ((-5, -1), (-6, 0))],
)
def test_axes_start_at_nought_and_end_on_round_numbers(values, ends):
    points = [Point(m, v) for m, v in zip(MONTHS, values, strict=False)]
    scale = charts.scale_of(Trend("c", "t", "f", points, str))
    assert (scale.low, scale.high) == ends


def test_a_chart_without_a_figure_still_draws():
    empty = Trend("c", "t", "f", [Point(m, None) for m in MONTHS], str)
    assert parsed(empty).find(f"{SVG}polyline") is None
    assert Image.open(io.BytesIO(charts.png(empty))).size == (charts.WIDTH * 2, charts.HEIGHT * 2)


def test_columns_below_nought_hang_from_the_axis():
    points = [Point(MONTHS[0], -100.0), Point(MONTHS[1], 50.0)]
    trend = Trend("c", "t", "f", points, str, is_columns=True)
    scale = charts.scale_of(trend)
    down, up = [s.places for s in charts.drawing(trend) if s.kind == "rect"]
    assert down[1] == scale.y(0)
    assert up[1] + up[3] == scale.y(0)


def test_small_shares_get_an_axis_of_their_own_size():
    small = replace(TREND, rules=(), points=[Point(MONTHS[0], 0.027), Point(MONTHS[1], 0.032)])
    assert charts.scale_of(small).high <= 0.05


# --- control charts ---------------------------------------------------------------------------------------------------

BAND = Band(MONTHS[0], MONTHS[-1], 0.62, 0.45, 0.75, "62.0%", "45.0%", "75.0%")
SIGNALLED = replace(
    TREND, bands=[BAND], signal_sentence="The last seven months are all above the average.",
    points=[point._replace(signal=signal) for point, signal in
            zip(TREND.points, ["worse", "", "", "", "", "changed", *["better"] * 6], strict=True)],
    events=[Event(date(2025, 9, 16), "A")],
)  # fmt: skip


def test_average_and_range_are_thin_lines_with_their_names():
    assert {"Average 62.0%", "Range from 45.0%", "Range to 75.0%"} <= set(texts(SIGNALLED))
    scale = charts.scale_of(SIGNALLED)
    lines = [s for s in charts.drawing(SIGNALLED) if s.kind == "line" and s.colour == charts.LIMIT]
    assert sorted(s.places[1] for s in lines) == sorted(scale.y(v) for v in (0.62, 0.45, 0.75))
    assert {(round(s.places[0]), round(s.places[2])) for s in lines} == {(charts.LEFT, charts.RIGHT)}


def test_a_range_that_ended_before_is_drawn_and_not_named():
    ended = replace(SIGNALLED, bands=[BAND._replace(until=MONTHS[5])])
    assert not [text for text in texts(ended) if text.startswith(("Average", "Range"))]
    assert len([s for s in charts.drawing(ended) if s.colour == charts.LIMIT]) == 3


def test_signals_are_told_apart_by_shape_and_explained():
    marks = [s for s in charts.drawing(SIGNALLED) if s.kind == "polygon" and s.places[1] < charts.BOTTOM]
    assert {s.colour: len(s.places) for s in marks} == {charts.BETTER: 8, charts.WORSE: 6, charts.CHANGED: 8}
    assert len({tuple(round(n - s.places[0], 3) for n in s.places[:6]) for s in marks}) > 2
    assert [t for t in texts(SIGNALLED) if "chance" in t] == [words for words, _, _ in charts.SIGNALS.values()]
    assert not [t for t in texts(TREND) if "chance" in t]


def test_a_chart_with_signals_is_taller_by_its_key_in_both_prints():
    assert parsed(SIGNALLED).get("viewBox") == f"0 0 {charts.WIDTH} {charts.height(SIGNALLED)}"
    size = Image.open(io.BytesIO(charts.png(SIGNALLED))).size
    assert size == (charts.WIDTH * 2, charts.height(SIGNALLED) * 2)
    assert charts.height(SIGNALLED) > charts.height(TREND) == charts.HEIGHT


def test_the_description_tells_the_rule():
    assert parsed(SIGNALLED).find(f"{SVG}desc").text == f"{TREND.finding} {SIGNALLED.signal_sentence}"


def test_an_event_stands_on_its_day_with_its_letter():
    scale = charts.scale_of(SIGNALLED)
    line = next(s for s in charts.drawing(SIGNALLED) if s.dash == "1 3")
    slot = (charts.RIGHT - charts.LEFT) / 12
    assert line.places[0] == pytest.approx(scale.x(date(2025, 9, 1)), abs=slot / 31)
    assert "A" in texts(SIGNALLED)
    assert "A" not in texts(replace(SIGNALLED, events=[Event(date(2024, 9, 16), "A")]))


def test_a_restart_breaks_the_line_and_is_named():
    again = replace(SIGNALLED, restarts=[MONTHS[8]])
    assert "starts again" in texts(again)
    assert [len(line.get("points").split()) for line in parsed(again).iter(f"{SVG}polyline")] == [2, 4, 4]


def test_names_never_run_below_the_axis():
    low = replace(SIGNALLED, rules=(Rule("Target 1%", 0.01, None, "8 4"), Rule("Law 0%", 0.0, None, "2 3")),
                  bands=[BAND._replace(mean=0.02, low=0.0, high=0.04)])  # fmt: skip
    names = [s for s in charts.drawing(low) if s.kind == "text" and s.places[0] > charts.RIGHT]
    heights = sorted(s.places[1] for s in names if s.places[1] < charts.HEIGHT)
    assert len(heights) == 5
    assert all(b - a >= charts.LABEL_HEIGHT for a, b in pairwise(heights))
    assert heights[-1] <= charts.BOTTOM + 4


def test_a_range_high_up_has_an_axis_of_its_own_and_says_so():
    points = [point._replace(value=0.87, low=None, high=None) for point in TREND.points]
    high = replace(SIGNALLED, rules=(), points=points, bands=[BAND._replace(mean=0.87, low=0.86, high=0.88)])
    assert charts.scale_of(high).low >= 0.85
    assert "axis not from 0" in texts(high)
    assert charts.scale_of(replace(high, bands=())).low == 0
    assert "axis not from 0" not in texts(replace(high, bands=()))


CODES = [*VARIATION_WORDS, *ASSURANCE_WORDS]


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_an_icon_named_by_its_words(code):
    root = ET.fromstring(charts.icon(code))  # noqa: S314 - our own drawing
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == {**VARIATION_WORDS, **ASSURANCE_WORDS}[code]
    assert len(charts.icon(code)) < 700


def test_icons_are_told_apart_without_colour():
    """Only what cannot be judged looks alike, in either column."""
    grey = {code: tuple((s.kind, s.places, s.colour == "white") for s in charts.icon_drawing(code)) for code in CODES}
    alike = [{a, b} for a, b in combinations(CODES, 2) if grey[a] == grey[b]]
    assert alike == [{"cannot_be_charted", "cannot_be_said"}]


def test_a_spark_is_small_silent_and_marks_its_signals():
    text = charts.spark(SIGNALLED)
    root = ET.fromstring(text)  # noqa: S314 - our own drawing
    assert root.get("aria-hidden") == "true"
    assert len(text) < 1000
    assert len(list(root.iter(f"{SVG}polygon"))) == len([p for p in SIGNALLED.points if p.signal])
    assert len(charts.spark(TREND)) < 600


@pytest.mark.parametrize("values", [[None] * 12, [0.5], [0.0, 0.0]])
def test_a_spark_of_little_still_draws(values):
    points = [Point(m, v) for m, v in zip(MONTHS, values, strict=False)]
    ET.fromstring(charts.spark(replace(TREND, points=points)))  # noqa: S314 - our own drawing
