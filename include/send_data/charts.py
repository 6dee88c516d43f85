"""Trend charts and icons, drawn once as a list of shapes and printed twice: as SVG for page and PDF, as PNG for Word.

No script, no colour needed to read them: the figure is a solid line with dots (or columns), the target is dashed, the
law is dotted and both are labelled where they end. A control chart adds thin lines for the average and the range that
chance would explain, and marks by its shape each month that is more than chance. Hidden months show a grey bar over
their possible range, or a small cross on the axis; a month without a figure is a gap. The same chart gives the same
bytes.
"""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from html import escape
from typing import NamedTuple

from send_data.change import ASSURANCE_WORDS, VARIATION_WORDS
from send_data.sentences import MONTHS

WIDTH, HEIGHT = 720, 270
LEFT, RIGHT, TOP, BOTTOM = 64, 560, 14, 224
NARROW_RIGHT = 400
# A chart with marks is taller by a line that explains them.
KEY_HEIGHT = 22
INK, MUTED, GRID, DATA, HIDDEN_INK = "#1f2a30", "#4a555c", "#d8dde0", "#00515e", "#8a949a"
LIMIT, BETTER, WORSE, CHANGED = "#6d777d", "#1d4f91", "#9a3412", "#5b2a86"
FONT_SIZE = 13
# A label is about this many units high; labels closer than that are moved apart.
LABEL_HEIGHT = 16
PNG_SCALE = 2
# Shares that never pass this are drawn on an axis of their own size: on one of 100% they would lie on the floor.
SMALL_SHARE = 0.3
# Lines whose lowest is above this part of their highest are drawn on an axis that does not start at 0.
HIGH_UP = 0.6
# What each kind of signal is called in the key, its colour and its shape.
SIGNALS = {
    "better": ("better than chance explains", BETTER, "diamond"),
    "worse": ("worse than chance explains", WORSE, "triangle"),
    "changed": ("more than chance explains", CHANGED, "square"),
}
ICON_SIZE = 24


class Point(NamedTuple):
    """One month: its value, or the range it lies in, or neither; `is_hidden` marks figures too small to show.

    `signal`: better, worse or changed where it is more than chance. `figure`, `counts`: the same in words.
    """

    month: date
    value: float | None
    low: float | None = None
    high: float | None = None
    is_hidden: bool = False
    signal: str = ""
    figure: str = ""
    counts: str = ""


class Band(NamedTuple):
    """Average and range of the months from `since` to `until`, as numbers and as the words at its end."""

    since: date
    until: date
    mean: float
    low: float
    high: float
    mean_text: str
    low_text: str
    high_text: str


class Event(NamedTuple):
    """A day that may explain a change, and the letter that stands for it."""

    day: date
    letter: str


class Rule(NamedTuple):
    """A horizontal line with its name: the value holds from a month on (None: from the start)."""

    name: str
    value: float
    since: date | None
    dash: str


@dataclass(frozen=True)
class Trend:
    """What a chart shows. `points` are consecutive periods; `tick_text` turns an axis value into words, `month_text` a
    month into its name on the axis, `period_text` into its name in a table. No line runs into a month of `breaks`,
    where what is recorded changed, or of `restarts`, where a control chart starts again for another reason. `right`:
    where the months end; the names of lines stand beyond it."""

    chart_id: str
    title: str
    finding: str
    points: Sequence[Point]
    tick_text: object
    rules: Sequence[Rule] = ()
    is_columns: bool = False
    is_share: bool = False
    breaks: Sequence[date] = ()
    restarts: Sequence[date] = ()
    bands: Sequence[Band] = ()
    events: Sequence[Event] = ()
    signal_sentence: str = ""
    month_text: object = lambda month: MONTHS[month.month - 1][:3]
    period_text: object = lambda month: f"{MONTHS[month.month - 1]} {month.year}"
    right: int = RIGHT

    @property
    def told(self) -> str:
        """The chart in words: what it shows, and whether it changed."""
        return " ".join(part for part in (self.finding, self.signal_sentence) if part)


@dataclass(frozen=True)
class Shape:
    """One mark of a drawing. `kind`: line, polyline, polygon (filled), rect, circle or text; places are in the chart's
    own units."""

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
    right: int = RIGHT

    @property
    def slot(self) -> float:
        """Width of a month."""
        return (self.right - LEFT) / len(self.months)

    def x(self, month: date) -> float:
        """Centre of a month's slot."""
        return LEFT + self.slot * (self.months.index(month) + 0.5)

    def y(self, value: float) -> float:
        """Height of a value; larger values stand higher."""
        share = (value - self.low) / (self.high - self.low)
        return BOTTOM - (BOTTOM - TOP) * share


def svg(trend: Trend) -> str:
    """The chart as an inline SVG element with a title and a description that carries the finding."""
    name, title, finding = trend.chart_id, escape(trend.title), escape(trend.finding)
    told = escape(trend.told)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {width(trend)} {height(trend)}" '
        f'role="img" aria-labelledby="{name}-title {name}-desc" font-family="DejaVu Sans, Arial, sans-serif" '
        f'font-size="{FONT_SIZE}">'
        f'<title id="{name}-title">{title}: {finding}</title><desc id="{name}-desc">{told}</desc>'
    )
    return head + "".join(_svg_shape(shape) for shape in drawing(trend)) + "</svg>"


def png(trend: Trend) -> bytes:
    """The same chart as a PNG for word processors that cannot show SVG."""
    return _png(drawing(trend), width(trend), height(trend), PNG_SCALE)


def icon(code: str) -> str:
    """The icon of a variation or an assurance (change.VARIATION_WORDS, ASSURANCE_WORDS) as SVG, named by its title.

    Its shape tells it without colour. KeyError for a code that is neither.
    """
    title = escape({**VARIATION_WORDS, **ASSURANCE_WORDS}[code])
    shapes = "".join(_svg_shape(shape) for shape in icon_drawing(code))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="icon" width="{ICON_SIZE}" height="{ICON_SIZE}" '
        f'viewBox="0 0 {ICON_SIZE} {ICON_SIZE}" role="img"><title>{title}</title>{shapes}</svg>'
    )


def icon_drawing(code: str) -> list[Shape]:
    """Every mark of an icon, from back to front."""
    return [*_FRAMES[_ICONS[code][0]], *_ICONS[code][1]]


def spark(trend: Trend) -> str:
    """The last twelve figures as a line without words, for a table that says them beside it; hidden from readers aloud.

    A month that is more than chance has its mark.
    """
    points = trend.points[-12:]
    values = [point.value for point in points if point.value is not None]
    low, high = min(values, default=0), max(values, default=0)
    size = (high - low) or 1

    def place(at: int, value: float) -> tuple[float, float]:
        return (4 + 92 * at / max(len(points) - 1, 1), 20 - 16 * (value - low) / size)

    places = [None if p.value is None else place(at, p.value) for at, p in enumerate(points)]
    shapes = [Shape("polyline", tuple(n for xy in run for n in xy), DATA, 1.6) for run in _runs(places) if len(run) > 1]
    shapes += [_mark(p.signal, *xy, 3) for p, xy in zip(points, places, strict=True) if xy and p.signal]
    shapes += [Shape("circle", (*xy, 2), DATA) for xy in places[-1:] if xy and not points[-1].signal]
    inside = "".join(_svg_shape(shape) for shape in shapes)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="spark" viewBox="0 0 100 24" width="100" height="24" '
        f'aria-hidden="true">{inside}</svg>'
    )


def narrow(trend: Trend) -> Trend:
    """The same chart for a column beside text: as high, less wide, so that its words stay large."""
    return replace(trend, right=NARROW_RIGHT)


def width(trend: Trend) -> int:
    """Width of the drawing: the months, and the names of lines beside them."""
    return trend.right + WIDTH - RIGHT


def height(trend: Trend) -> int:
    """Height of the drawing: one line more where marks are explained."""
    return HEIGHT + (KEY_HEIGHT if any(point.signal for point in trend.points) else 0)


def drawing(trend: Trend) -> list[Shape]:
    """Every mark of the chart, from back to front."""
    scale = scale_of(trend)
    return [
        *_axes(trend, scale),
        *_breaks(trend, scale),
        *_events(trend, scale),
        *_bands(trend, scale),
        *_rules(trend, scale),
        *_labels(trend, scale),
        *_hidden(trend, scale),
        *_figures(trend, scale),
        *_signals(trend, scale),
        *_key(trend),
    ]


def scale_of(trend: Trend) -> Scale:
    """Axis from zero (or below, where values are) to a round number; shares run to 100% unless all are small.

    A control chart whose lines all lie high up has an axis of its own: on one from zero its range could not be seen.
    """
    values = [v for p in trend.points for v in (p.value, p.low, p.high) if v is not None]
    values += [rule.value for rule in trend.rules]
    values += [v for band in trend.bands for v in (band.low, band.high)]
    months = [p.month for p in trend.points]
    low, high = min([0.0, *values]), max([0.0, *values])
    if trend.bands and min(values) > HIGH_UP * high:
        low = min(values)
    elif trend.is_share and low >= 0 and high <= 1 and max(values, default=1) > SMALL_SHARE:
        return Scale(months, 0.0, 1.0, 0.25, [0.0, 0.25, 0.5, 0.75, 1.0], trend.right)
    step = _round_step((high - low) / 4 or 1.0, whole=not trend.is_share)
    first, last = _steps(low, step), max(_steps(high, step, up=True), _steps(low, step) + 1)
    ticks = [n * step for n in range(first, last + 1)]
    return Scale(months, first * step, last * step, step, ticks, trend.right)


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
        shapes.append(Shape("line", (LEFT, y, scale.right, y), colour=GRID))
        shapes.append(Shape("text", (LEFT - 8, y + 4), colour=MUTED, text=trend.tick_text(tick), anchor="end"))
    zero = scale.y(0 if scale.low <= 0 <= scale.high else scale.low)
    shapes.append(Shape("line", (LEFT, zero, scale.right, zero), colour=MUTED, width=1.2))
    named_every = 3 if scale.slot * 3 > 3 * FONT_SIZE else 6
    for month in scale.months:
        x = scale.x(month)
        if (month.month - 1) % named_every == 0 or len(scale.months) <= 12:
            shapes.append(Shape("line", (x, BOTTOM, x, BOTTOM + 5), colour=MUTED))
            shapes.append(Shape("text", (x, BOTTOM + 19), MUTED, text=trend.month_text(month), anchor="middle"))
    for place, month in enumerate(scale.months):
        x = scale.x(month)
        # The first month names its year too, unless January's label would stand on top of it.
        is_first_of_year = place > 0 and scale.months[place - 1].year < month.year
        if is_first_of_year or (place == 0 and (month.month < 10 or len(scale.months) <= 12)):
            shapes.append(Shape("text", (x, BOTTOM + 36), MUTED, text=str(month.year), anchor="middle", is_bold=True))
    if scale.low > 0:
        shapes.append(Shape("text", (scale.right + 6, BOTTOM + 36), colour=MUTED, text="axis not from 0"))
    return shapes


def _breaks(trend: Trend, scale: Scale) -> list[Shape]:
    """Where what is recorded changed or the chart starts again: a line from top to bottom, named."""
    shapes = []
    for months, words in ((trend.breaks, "recording changed"), (trend.restarts, "starts again")):
        for month in months:
            if scale.months[0] < month <= scale.months[-1]:
                x = _since(scale, month)
                shapes.append(Shape("line", (x, TOP, x, BOTTOM), colour=MUTED, width=1.4))
                shapes.append(Shape("text", (x + 5, TOP + 10), colour=MUTED, text=words))
    return shapes


def _events(trend: Trend, scale: Scale) -> list[Shape]:
    """Days that may explain a change: a thin dashed line with a letter on top."""
    shapes = []
    for event in trend.events:
        month = event.day.replace(day=1)
        if month in scale.months:
            x = scale.x(month) + scale.slot * ((event.day.day - 1) / 31 - 0.5)
            shapes.append(Shape("line", (x, TOP, x, BOTTOM), colour=MUTED, dash="1 3"))
            shapes.append(Shape("text", (x, TOP - 3), colour=INK, text=event.letter, anchor="middle", is_bold=True))
    return shapes


def _bands(trend: Trend, scale: Scale) -> list[Shape]:
    """Average and range of each part of a control chart: thin lines over its months."""
    shapes = []
    for band in trend.bands:
        half = scale.slot / 2
        ends = (scale.x(band.since) - half, scale.x(band.until) + half)
        for value, dash in ((band.mean, ""), (band.low, "5 3"), (band.high, "5 3")):
            y = scale.y(value)
            shapes.append(Shape("line", (ends[0], y, ends[1], y), colour=LIMIT, dash=dash))
    return shapes


def _rules(trend: Trend, scale: Scale) -> list[Shape]:
    """Target and law as lines."""
    shapes = []
    for rule in trend.rules:
        if scale.low <= rule.value <= scale.high:
            y = scale.y(rule.value)
            x = LEFT if rule.since is None or rule.since <= scale.months[0] else _since(scale, rule.since)
            shapes.append(Shape("line", (x, y, scale.right, y), width=1.6, dash=rule.dash))
    return shapes


def _labels(trend: Trend, scale: Scale) -> list[Shape]:
    """The names of all lines at the right end; names that would overlap are moved apart."""
    labels = [(scale.y(r.value), True, r.name) for r in trend.rules if scale.low <= r.value <= scale.high]
    for band in trend.bands[-1:] if trend.bands and trend.bands[-1].until == scale.months[-1] else []:
        labels += [
            (scale.y(band.mean), False, f"Average {band.mean_text}"),
            (scale.y(band.low), False, f"Range from {band.low_text}"),
            (scale.y(band.high), False, f"Range to {band.high_text}"),
        ]
    labels.sort()
    places = _moved_apart([y for y, _, _ in labels])
    return [
        Shape("text", (scale.right + 6, y + 4), INK if is_rule else MUTED, text=name, is_bold=is_rule)
        for y, (_, is_rule, name) in zip(places, labels, strict=True)
    ]


def _moved_apart(places: Sequence[float]) -> list[float]:
    """Heights in order, each a label's height from the next and none below the axis."""
    moved, floor = [], TOP - LABEL_HEIGHT
    for y in places:
        floor = max(y, floor + LABEL_HEIGHT)
        moved.append(floor)
    ceiling = BOTTOM + LABEL_HEIGHT
    for at in range(len(moved) - 1, -1, -1):
        ceiling = min(moved[at], ceiling - LABEL_HEIGHT)
        moved[at] = ceiling
    return moved


def _since(scale: Scale, since: date) -> float:
    later = [m for m in scale.months if m >= since]
    half = scale.slot / 2
    return scale.x(later[0]) - half if later else scale.right


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
    slot = scale.slot
    shapes = []
    for point in trend.points:
        if point.value is not None:
            top, base = sorted((scale.y(point.value), scale.y(0)))
            shapes.append(Shape("rect", (scale.x(point.month) - slot * 0.35, top, slot * 0.7, base - top), colour=DATA))
    return shapes


def _line(trend: Trend, scale: Scale) -> list[Shape]:
    """Runs of months with a value, broken where there is none or recording changed; the last month's dot is larger."""
    places: list[tuple | None] = []
    before = None
    for point in trend.points:
        if before is not None and any(before < month <= point.month for month in (*trend.breaks, *trend.restarts)):
            places.append(None)
        before = point.month
        places.append(None if point.value is None else (scale.x(point.month), scale.y(point.value)))
    shapes = [Shape("polyline", tuple(n for xy in run for n in xy), DATA, 2.4) for run in _runs(places) if len(run) > 1]
    for point in trend.points:
        if point.value is not None:
            radius = 5 if point is trend.points[-1] else 2.6
            shapes.append(Shape("circle", (scale.x(point.month), scale.y(point.value), radius), colour=DATA))
    return shapes


def _runs(places: Sequence[tuple | None]) -> list[list[tuple]]:
    """Places that follow each other, cut where there is none."""
    runs: list[list[tuple]] = [[]]
    for place in places:
        if place is None:
            runs.append([])
        else:
            runs[-1].append(place)
    return [run for run in runs if run]


def _signals(trend: Trend, scale: Scale) -> list[Shape]:
    """The months that are more than chance, each with the shape of its kind."""
    shapes = []
    for point in trend.points:
        if point.signal and point.value is not None:
            size = 7.5 if point is trend.points[-1] else 5.5
            shapes.append(_mark(point.signal, scale.x(point.month), scale.y(point.value), size))
    return shapes


def _mark(signal: str, x: float, y: float, size: float) -> Shape:
    """A filled diamond, triangle or square around a place."""
    _, colour, shape = SIGNALS[signal]
    if shape == "diamond":
        places = (x, y - size, x + size, y, x, y + size, x - size, y)
    elif shape == "triangle":
        places = (x, y - size, x + size, y + size * 0.8, x - size, y + size * 0.8)
    else:
        side = size * 0.8
        places = (x - side, y - side, x + side, y - side, x + side, y + side, x - side, y + side)
    return Shape("polygon", places, colour)


def _key(trend: Trend) -> list[Shape]:
    """What the marks mean, in a line below the chart."""
    shapes, x = [], float(LEFT)
    for signal, (words, _, _) in SIGNALS.items():
        if any(point.signal == signal for point in trend.points):
            y = HEIGHT + KEY_HEIGHT / 2 - 3
            shapes += [_mark(signal, x + 6, y, 5.5), Shape("text", (x + 18, y + 4), MUTED, text=words)]
            x += 240
    return shapes


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
    if shape.kind == "polygon":
        places = " ".join(f"{x},{y}" for x, y in zip(n[::2], n[1::2], strict=True))
        return f'<polygon points="{places}" fill="{shape.colour}"/>'
    if shape.kind == "rect":
        return f'<rect x="{n[0]}" y="{n[1]}" width="{n[2]}" height="{n[3]}" fill="{shape.colour}"/>'
    if shape.kind == "circle":
        return f'<circle cx="{n[0]}" cy="{n[1]}" r="{n[2]}" fill="{shape.colour}"/>'
    bold = ' font-weight="bold"' if shape.is_bold else ""
    anchor = "" if shape.anchor == "start" else f' text-anchor="{shape.anchor}"'
    return f'<text x="{n[0]}" y="{n[1]}" fill="{shape.colour}"{anchor}{bold}>{escape(shape.text)}</text>'


def _png(shapes: Sequence[Shape], width: int, height: int, size: int) -> bytes:
    """Shapes as a PNG, each unit so many pixels."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (width * size, height * size), "white")
    pen = ImageDraw.Draw(image)
    for shape in shapes:
        _png_shape(pen, shape, size)
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def _png_shape(pen, shape: Shape, size: int) -> None:
    """The same mark on a Pillow drawing."""
    n = [place * size for place in shape.places]
    width = max(1, round(shape.width * size))
    if shape.kind == "line":
        for start, end in _dashes(n, shape.dash, size):
            pen.line([*start, *end], fill=shape.colour, width=width)
    elif shape.kind == "polyline":
        pen.line(n, fill=shape.colour, width=width, joint="curve")
    elif shape.kind == "polygon":
        pen.polygon(n, fill=shape.colour)
    elif shape.kind == "rect":
        pen.rectangle([n[0], n[1], n[0] + n[2], n[1] + n[3]], fill=shape.colour)
    elif shape.kind == "circle":
        pen.ellipse([n[0] - n[2], n[1] - n[2], n[0] + n[2], n[1] + n[2]], fill=shape.colour)
    else:
        anchor = {"start": "ls", "middle": "ms", "end": "rs"}[shape.anchor]
        stroke = 0.6 if shape.is_bold else 0
        pen.text((n[0], n[1]), shape.text, fill=shape.colour, font=_font(), anchor=anchor, stroke_width=stroke)


def _dashes(n: Sequence[float], dash: str, size: int) -> list[tuple]:
    """A straight line cut into its dashes; one piece when it has none."""
    start, end = (n[0], n[1]), (n[2], n[3])
    if not dash:
        return [(start, end)]
    on, off = (float(part) * size for part in dash.split())
    length = math.dist(start, end)
    along = [(end[i] - start[i]) / length for i in (0, 1)]
    pieces, at = [], 0.0
    while at < length:
        to = min(at + on, length)
        pieces.append(tuple(tuple(start[i] + along[i] * d for i in (0, 1)) for d in (at, to)))
        at += on + off
    return pieces


def _font():
    """Pillow's own font, which is the same on every machine."""
    from PIL import ImageFont

    return ImageFont.load_default(FONT_SIZE * PNG_SCALE)


def _half_disc(x: float, y: float, radius: float) -> tuple[float, ...]:
    """The left half of a disc."""
    turns = [math.pi / 2 + math.pi * n / 12 for n in range(13)]
    places = [(x + radius * math.cos(turn), y - radius * math.sin(turn)) for turn in turns]
    return tuple(round(n, 1) for place in places for n in place)


def _stroke(*places: float) -> Shape:
    """A white line on an icon."""
    return Shape("polyline", places, "white", 2.4)


_FRAMES = {
    "diamond": [Shape("polygon", (12, 0.5, 23.5, 12, 12, 23.5, 0.5, 12), BETTER)],
    "triangle": [Shape("polygon", (12, 1, 23.5, 22.5, 0.5, 22.5), WORSE)],
    "square": [Shape("rect", (2, 2, 20, 20), CHANGED)],
    "disc": [Shape("circle", (12, 12, 11), MUTED)],
    "good_disc": [Shape("circle", (12, 12, 11), DATA)],
    "bad_disc": [Shape("circle", (12, 12, 11), WORSE)],
    "ring": [Shape("circle", (12, 12, 11), MUTED), Shape("circle", (12, 12, 9.4), "white")],
    "none": [],
}
_QUESTION = [
    Shape("polyline", (8.6, 9.2, 9.2, 7.2, 12, 6, 14.8, 7.2, 15.2, 9.4, 12, 12.4, 12, 14.6), MUTED, 1.9),
    Shape("circle", (12, 17.8, 1.4), MUTED),
]
_DASH = [Shape("line", (5, 12, 19, 12), MUTED, 2.4)]
_ICONS = {
    "improving": ("diamond", [_stroke(12, 6.5, 12, 17.5), _stroke(6.5, 12, 17.5, 12)]),
    "worsening": ("triangle", [_stroke(12, 8.5, 12, 15.5), Shape("circle", (12, 18.8, 1.5), "white")]),
    "changed_high": ("square", [_stroke(12, 7, 12, 18), _stroke(7, 11, 12, 6, 17, 11)]),
    "changed_low": ("square", [_stroke(12, 6, 12, 17), _stroke(7, 13, 12, 18, 17, 13)]),
    "no_real_change": ("disc", [_stroke(4.5, 13.5, 8.2, 10, 12, 13.5, 15.8, 10, 19.5, 13.5)]),
    "cannot_be_charted": ("ring", _QUESTION),
    "always_meets": ("good_disc", [_stroke(6, 12.5, 10.4, 17, 18, 8)]),
    "sometimes_meets": ("ring", [Shape("polygon", _half_disc(12, 12, 10), MUTED)]),
    "never_meets": ("bad_disc", [_stroke(7.5, 7.5, 16.5, 16.5), _stroke(7.5, 16.5, 16.5, 7.5)]),
    "cannot_be_said": ("ring", _QUESTION),
    "no_target": ("none", _DASH),
}
