"""Trend charts, drawn once as a list of shapes and printed twice: as SVG for the page and the PDF, as PNG for Word.

No script, no colour needed to read them: the figure is a solid line with dots (or columns), the target is dashed, the
law is dotted and both are labelled where they end. Hidden months show a grey bar over their possible range, or a small
cross on the axis; a month without a figure is a gap. The same chart gives the same bytes.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from typing import NamedTuple

from send_data.sentences import MONTHS

WIDTH, HEIGHT = 720, 270
LEFT, RIGHT, TOP, BOTTOM = 64, 560, 14, 224
INK, MUTED, GRID, DATA, HIDDEN_INK = "#1f2a30", "#4a555c", "#d8dde0", "#00515e", "#8a949a"
FONT_SIZE = 13
# A label is about this many units high; labels closer than that are moved apart.
LABEL_HEIGHT = 16
PNG_SCALE = 2
# Shares that never pass this are drawn on an axis of their own size: on one of 100% they would lie on the floor.
SMALL_SHARE = 0.3


class Point(NamedTuple):
    """One month: its value, or the range it lies in, or neither; `is_hidden` marks figures too small to show."""

    month: date
    value: float | None
    low: float | None = None
    high: float | None = None
    is_hidden: bool = False


class Rule(NamedTuple):
    """A horizontal line with its name: the value holds from a month on (None: from the start)."""

    name: str
    value: float
    since: date | None
    dash: str


@dataclass(frozen=True)
class Trend:
    """What a chart shows. `points` are consecutive periods; `tick_text` turns an axis value into words. No line runs
    into a month of `breaks`: what is recorded changed there."""

    chart_id: str
    title: str
    finding: str
    points: Sequence[Point]
    tick_text: object
    rules: Sequence[Rule] = ()
    is_columns: bool = False
    is_share: bool = False
    breaks: Sequence[date] = ()


@dataclass(frozen=True)
class Shape:
    """One mark of a drawing. `kind`: line, polyline, rect, circle or text; places are in the chart's own units."""

    kind: str
    places: tuple[float, ...]
    colour: str = INK
    width: float = 1
    dash: str = ""
    text: str = ""
    anchor: str = "start"
    is_bold: bool = False


@dataclass
class Scale:
    """From months and values to places on the drawing."""

    months: Sequence[date]
    low: float
    high: float
    step: float
    ticks: list[float] = field(default_factory=list)

    def x(self, month: date) -> float:
        """Centre of a month's slot."""
        return LEFT + (RIGHT - LEFT) * (self.months.index(month) + 0.5) / len(self.months)

    def y(self, value: float) -> float:
        """Height of a value; larger values stand higher."""
        share = (value - self.low) / (self.high - self.low)
        return BOTTOM - (BOTTOM - TOP) * share


def svg(trend: Trend) -> str:
    """The chart as an inline SVG element with a title and a description that carries the finding."""
    name, title, finding = trend.chart_id, escape(trend.title), escape(trend.finding)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc" font-family="DejaVu Sans, Arial, sans-serif" '
        f'font-size="{FONT_SIZE}">'
        f'<title id="{name}-title">{title}: {finding}</title><desc id="{name}-desc">{finding}</desc>'
    )
    return head + "".join(_svg_shape(shape) for shape in drawing(trend)) + "</svg>"


def png(trend: Trend) -> bytes:
    """The same chart as a PNG for word processors that cannot show SVG."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH * PNG_SCALE, HEIGHT * PNG_SCALE), "white")
    pen = ImageDraw.Draw(image)
    for shape in drawing(trend):
        _png_shape(pen, shape)
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def drawing(trend: Trend) -> list[Shape]:
    """Every mark of the chart, from back to front."""
    scale = scale_of(trend)
    return [
        *_axes(trend, scale),
        *_breaks(trend, scale),
        *_rules(trend, scale),
        *_hidden(trend, scale),
        *_figures(trend, scale),
    ]


def scale_of(trend: Trend) -> Scale:
    """Axis from zero (or below, where values are) to a round number; shares run to 100% unless all are small."""
    values = [v for p in trend.points for v in (p.value, p.low, p.high) if v is not None]
    values += [rule.value for rule in trend.rules]
    months = [p.month for p in trend.points]
    if trend.is_share and all(0 <= v <= 1 for v in values) and max(values, default=1) > SMALL_SHARE:
        return Scale(months, 0.0, 1.0, 0.25, [0.0, 0.25, 0.5, 0.75, 1.0])
    low, high = min([0.0, *values]), max([0.0, *values])
    step = _round_step((high - low) / 4 or 1.0, whole=not trend.is_share)
    first, last = _steps(low, step), max(_steps(high, step, up=True), _steps(low, step) + 1)
    return Scale(months, first * step, last * step, step, [n * step for n in range(first, last + 1)])


def _steps(value: float, step: float, up: bool = False) -> int:
    """How many steps a value is from zero, rounded outwards."""
    steps = value / step
    whole = int(steps // 1)
    return whole + 1 if up and steps > whole else whole


def _round_step(rough: float, whole: bool) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten; whole numbers for counts."""
    power = 10.0 ** len(str(int(rough))) / 10 if rough >= 1 else 1.0
    while power > rough:
        power /= 10
    steps = [m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough]
    if whole:
        steps = [s for s in steps if s >= 1 and s == int(s)] or [1.0]
    return steps[0]


def _axes(trend: Trend, scale: Scale) -> list[Shape]:
    """Grid, tick labels, and the months: every third named, January with its year."""
    shapes = []
    for tick in scale.ticks:
        y = scale.y(tick)
        shapes.append(Shape("line", (LEFT, y, RIGHT, y), colour=GRID))
        shapes.append(Shape("text", (LEFT - 8, y + 4), colour=MUTED, text=trend.tick_text(tick), anchor="end"))
    zero = scale.y(0 if scale.low <= 0 <= scale.high else scale.low)
    shapes.append(Shape("line", (LEFT, zero, RIGHT, zero), colour=MUTED, width=1.2))
    for month in scale.months:
        x = scale.x(month)
        if (month.month - 1) % 3 == 0 or len(scale.months) <= 12:
            shapes.append(Shape("line", (x, BOTTOM, x, BOTTOM + 5), colour=MUTED))
            shapes.append(Shape("text", (x, BOTTOM + 19), MUTED, text=MONTHS[month.month - 1][:3], anchor="middle"))
    for place, month in enumerate(scale.months):
        x = scale.x(month)
        # The first month names its year too, unless January's label would stand on top of it.
        is_first_of_year = place > 0 and scale.months[place - 1].year < month.year
        if is_first_of_year or (place == 0 and month.month < 10):
            shapes.append(Shape("text", (x, BOTTOM + 36), MUTED, text=str(month.year), anchor="middle", is_bold=True))
    return shapes


def _breaks(trend: Trend, scale: Scale) -> list[Shape]:
    """Where what is recorded changed: a line from top to bottom, named."""
    shapes = []
    for month in trend.breaks:
        if scale.months[0] < month <= scale.months[-1]:
            x = _since(scale, month)
            shapes.append(Shape("line", (x, TOP, x, BOTTOM), colour=MUTED, width=1.4))
            shapes.append(Shape("text", (x + 5, TOP + 10), colour=MUTED, text="recording changed"))
    return shapes


def _rules(trend: Trend, scale: Scale) -> list[Shape]:
    """Target and law, each with its name at the right end; names that would overlap are moved apart."""
    shapes, labels = [], []
    for rule in trend.rules:
        if not scale.low <= rule.value <= scale.high:
            continue
        y = scale.y(rule.value)
        x = LEFT if rule.since is None or rule.since <= scale.months[0] else _since(scale, rule.since)
        shapes.append(Shape("line", (x, y, RIGHT, y), width=1.6, dash=rule.dash))
        labels.append((y, rule.name))
    floor = TOP - LABEL_HEIGHT
    for y, name in sorted(labels):
        floor = max(y, floor + LABEL_HEIGHT)
        shapes.append(Shape("text", (RIGHT + 6, floor + 4), text=name, is_bold=True))
    return shapes


def _since(scale: Scale, since: date) -> float:
    later = [m for m in scale.months if m >= since]
    half = (RIGHT - LEFT) / len(scale.months) / 2
    return scale.x(later[0]) - half if later else RIGHT


def _hidden(trend: Trend, scale: Scale) -> list[Shape]:
    """Months too small to show: a grey bar over the range that may be said, else a cross on the axis."""
    shapes = []
    for point in trend.points:
        x = scale.x(point.month)
        if point.low is not None and point.high is not None:
            top = scale.y(point.high)
            shapes.append(Shape("rect", (x - 3, top, 6, max(scale.y(point.low) - top, 2)), colour=HIDDEN_INK))
        elif point.is_hidden:
            y = BOTTOM - 7
            shapes += [Shape("line", (x - 3.5, y - 3.5, x + 3.5, y + 3.5), MUTED, width=1.6),
                       Shape("line", (x - 3.5, y + 3.5, x + 3.5, y - 3.5), MUTED, width=1.6)]  # fmt: skip
    return shapes


def _figures(trend: Trend, scale: Scale) -> list[Shape]:
    return _columns(trend, scale) if trend.is_columns else _line(trend, scale)


def _columns(trend: Trend, scale: Scale) -> list[Shape]:
    slot = (RIGHT - LEFT) / len(scale.months)
    shapes = []
    for point in trend.points:
        if point.value is not None:
            top, base = sorted((scale.y(point.value), scale.y(0)))
            shapes.append(Shape("rect", (scale.x(point.month) - slot * 0.35, top, slot * 0.7, base - top), colour=DATA))
    return shapes


def _line(trend: Trend, scale: Scale) -> list[Shape]:
    """Runs of months with a value, broken where there is none or recording changed; the last month's dot is larger."""
    shapes, run, before = [], [], None
    for point in [*trend.points, None]:
        if point is not None and any(before is not None and before < month <= point.month for month in trend.breaks):
            shapes += _polyline(run)
            run = []
        before = point and point.month
        if point is not None and point.value is not None:
            run.append((scale.x(point.month), scale.y(point.value)))
            continue
        shapes += _polyline(run)
        run = []
    dots = [p for p in trend.points if p.value is not None]
    for point in dots:
        radius = 5 if point is trend.points[-1] else 2.6
        shapes.append(Shape("circle", (scale.x(point.month), scale.y(point.value), radius), colour=DATA))
    return shapes


def _polyline(run: Sequence[tuple[float, float]]) -> list[Shape]:
    if len(run) < 2:
        return []
    return [Shape("polyline", tuple(n for place in run for n in place), colour=DATA, width=2.4)]


def _number(place: float) -> str:
    return f"{place:.1f}".removesuffix(".0")


def _svg_shape(shape: Shape) -> str:
    """One SVG element; every attribute is written out, so that no style sheet is needed."""
    n = [_number(place) for place in shape.places]
    dash = f' stroke-dasharray="{shape.dash}"' if shape.dash else ""
    stroke = f'stroke="{shape.colour}" stroke-width="{_number(shape.width)}"{dash}'
    if shape.kind == "line":
        return f'<line x1="{n[0]}" y1="{n[1]}" x2="{n[2]}" y2="{n[3]}" {stroke}/>'
    if shape.kind == "polyline":
        places = " ".join(f"{x},{y}" for x, y in zip(n[::2], n[1::2], strict=True))
        return f'<polyline points="{places}" fill="none" {stroke}/>'
    if shape.kind == "rect":
        return f'<rect x="{n[0]}" y="{n[1]}" width="{n[2]}" height="{n[3]}" fill="{shape.colour}"/>'
    if shape.kind == "circle":
        return f'<circle cx="{n[0]}" cy="{n[1]}" r="{n[2]}" fill="{shape.colour}"/>'
    bold = ' font-weight="bold"' if shape.is_bold else ""
    anchor = "" if shape.anchor == "start" else f' text-anchor="{shape.anchor}"'
    return f'<text x="{n[0]}" y="{n[1]}" fill="{shape.colour}"{anchor}{bold}>{escape(shape.text)}</text>'


def _png_shape(pen, shape: Shape) -> None:
    """The same mark on a Pillow drawing."""
    n = [place * PNG_SCALE for place in shape.places]
    width = max(1, round(shape.width * PNG_SCALE))
    if shape.kind == "line":
        for start, end in _dashes(n, shape.dash):
            pen.line([*start, *end], fill=shape.colour, width=width)
    elif shape.kind == "polyline":
        pen.line(n, fill=shape.colour, width=width, joint="curve")
    elif shape.kind == "rect":
        pen.rectangle([n[0], n[1], n[0] + n[2], n[1] + n[3]], fill=shape.colour)
    elif shape.kind == "circle":
        pen.ellipse([n[0] - n[2], n[1] - n[2], n[0] + n[2], n[1] + n[2]], fill=shape.colour)
    else:
        anchor = {"start": "ls", "middle": "ms", "end": "rs"}[shape.anchor]
        stroke = 0.6 if shape.is_bold else 0
        pen.text((n[0], n[1]), shape.text, fill=shape.colour, font=_font(), anchor=anchor, stroke_width=stroke)


def _dashes(n: Sequence[float], dash: str) -> list[tuple]:
    """A straight line cut into its dashes; one piece when it has none."""
    start, end = (n[0], n[1]), (n[2], n[3])
    if not dash:
        return [(start, end)]
    on, off = (float(part) * PNG_SCALE for part in dash.split())
    pieces, x = [], start[0]
    while x < end[0]:
        pieces.append(((x, start[1]), (min(x + on, end[0]), end[1])))
        x += on + off
    return pieces


def _font():
    """Pillow's own font, which is the same on every machine."""
    from PIL import ImageFont

    return ImageFont.load_default(FONT_SIZE * PNG_SCALE)
