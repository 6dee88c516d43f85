"""What the Board is told of change and of promises, fit to be shown: control charts, actions and recommendations.

Pure functions from rows of the marts to rows of `published`. Everything here follows from figures that are shown:
limits and signals in which a hidden figure took part could give it away, so a chart is drawn without it, and a promise
is judged by its measures as they are shown (docs/decisions/0032).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from send_data import sentences, xmr
from send_data.disclosure import SHOWN, TOTAL
from send_data.sentences import Figure

NOT_SHOWN = "not_shown"
# Limits need this many months; the mart counts by the same number.
FEWEST_POINTS = xmr.FEWEST_POINTS
# A chart may leave out one month in so many: the more are hidden, the less the others stand for all.
MOST_LEFT_OUT = 10
ICONS = ("variation_icon", "assurance_icon")
_EMPTY = dict.fromkeys(("mean", "lower_limit", "upper_limit", "special_cause", "point_type", *ICONS))

CHARTS = """
    select measure_id, month_start, value, segment, segment_point_count, mean, lower_limit, upper_limit, spc_state,
        special_cause, point_type, restart_reason, target_value, variation_icon, assurance_icon
    from {schema}.fct_measure_spc
    where la_code = :la and month_start <= :month
    order by measure_id, month_start
"""
ACTIONS = """
    select action_id, ambition, theme, safety_valve_ref, priority_action_plan_ref, action_text, expected_outcome,
        lead_names, deadline_as_written, deadline_on, milestones, lead_status, completed_on, action_status
    from {schema}.fct_actions
    where la_code = :la and month_start = :month
    order by action_id
"""
RECOMMENDATIONS = """
    select recommendation_number, recommendation_text, priority, issued_on, expected_by_on
    from {schema}.fct_recommendations
    where la_code = :la
    order by recommendation_number
"""
ACTION_MEASURES = """
    select action_id, measure_id, is_named_by_action, is_named_by_measure
    from {schema}.bridge_action_measures
    where la_code = :la and month_start = :month
    order by action_id, measure_id
"""
RECOMMENDATION_MEASURES = """
    select recommendation_number, measure_id
    from {schema}.bridge_recommendation_measures
    where la_code = :la
    order by recommendation_number, measure_id
"""


def chart_rows(
    charts: Sequence[Mapping], figures: Iterable[Mapping], measures: Iterable[Mapping], is_mdc_2023: bool = False
) -> list[dict]:
    """Rows of published.control_charts.

    `charts`: rows of fct_measure_spc, by measure and month. `figures`: rows of published.figures. `measures`: rows of
    dim_measures. `is_mdc_2023`: the marts are charted by NHS England's own rules.
    """
    known = {_key(row): _known(row) for row in figures if _is_total(row)}
    better = {row["measure_id"]: xmr.BETTER.get(row["better"], 0) for row in measures}
    rows = []
    for measure_id, chart in groupby(charts, key=lambda row: row["measure_id"]):
        rows += _chart(list(chart), known, better[measure_id], is_mdc_2023)
    return rows


class Known(NamedTuple):
    """What is shown of a month: its value, or the middle of the range it lies in, or neither."""

    value: Fraction | None = None
    middle: Fraction | None = None


def _known(row: Mapping) -> Known:
    """What a row of published.figures says of its value."""
    if row["symbol"] == SHOWN:
        return Known(Fraction(str(row["value"])))
    low, high = row["lower_value"], row["upper_value"]
    return Known() if low is None or high is None else Known(middle=(Fraction(str(low)) + Fraction(str(high))) / 2)


def _chart(chart: list[Mapping], known: Mapping[tuple, Known], better: int, is_mdc_2023: bool) -> list[dict]:
    """The rows of one measure; its icons speak of the last segment and stand on every row."""
    rows, last = [], []
    for _, months in groupby(chart, key=lambda row: row["segment"]):
        segment = list(months)
        last = _segment(segment, [_said(row, known) for row in segment], better, is_mdc_2023)
        rows += last
    icons = {name: last[-1][name] for name in ICONS}
    return [row | icons for row in rows]


def _said(row: Mapping, known: Mapping[tuple, Known]) -> Known | None:
    """What is shown of a month of the chart; None where it has no figure that could be."""
    return None if row["value"] is None else known.get(_key(row), Known())


def _segment(segment: list[Mapping], said: list[Known | None], better: int, is_mdc_2023: bool) -> list[dict]:
    """The mart's rows where every figure is shown; else drawn again without those that are not, unless too many are."""
    left_out = sum(month is not None and month.value is None for month in said)
    rows = [_without_value(row) | {"left_out_count": left_out} for row in segment]
    if not left_out:
        return rows
    count = segment[0]["segment_point_count"]
    fallback = "too_few_points" if count < FEWEST_POINTS else NOT_SHOWN
    closed = [
        row | _EMPTY | {"spc_state": "no_data_this_month" if month is None else fallback}
        for row, month in zip(rows, said, strict=True)
    ]
    return closed if left_out * MOST_LEFT_OUT > count else _redrawn(closed, said, better, is_mdc_2023)


def _redrawn(rows: list[dict], said: list[Known | None], better: int, is_mdc_2023: bool) -> list[dict]:
    """Rows of one segment: limits from what is shown, a range counting as its middle; signals of shown values alone."""
    values = [month and month.value for month in said]
    found = xmr.limits([month and (month.middle if month.value is None else month.value) for month in said],
                       is_screened=not is_mdc_2023)  # fmt: skip
    if sum(value is not None for value in values) < FEWEST_POINTS or not found.width:
        return rows
    low, high = found.mean - found.width, found.mean + found.width
    numbers = {"mean": _decimal(found.mean), "lower_limit": _decimal(low), "upper_limit": _decimal(high)}
    causes = xmr.special_causes(values, found, better, is_mdc_2023)
    icons = _icons(values[-1], causes[-1], rows[-1]["target_value"], found, better)
    return [
        row | numbers | icons | ({} if value is None else _signal_of(cause, better))
        for row, value, cause in zip(rows, values, causes, strict=True)
    ]


def _icons(value: Fraction | None, cause: str, target: object, found: xmr.Limits, better: int) -> dict:
    """What the last month of a segment shows; nothing where it is not shown."""
    if value is None:
        return {}
    assurance = None if target is None else xmr.assurance_icon(Fraction(str(target)), found, better)
    return {"variation_icon": xmr.variation_icon(cause, better), "assurance_icon": assurance}


def _signal_of(cause: str, better: int) -> dict:
    return {"spc_state": "charted", "special_cause": cause, "point_type": xmr.point_type(cause, better)}


def _without_value(row: Mapping) -> dict:
    """A month of the mart's chart; its figure stands in published.figures."""
    return {name: entry for name, entry in row.items() if name != "value"}


def _decimal(number: Fraction) -> Decimal:
    """As the mart rounds: ten decimals."""
    return (Decimal(number.numerator) / Decimal(number.denominator)).quantize(Decimal("1e-10"))


def _key(row: Mapping) -> tuple:
    return (row["measure_id"], row["month_start"])


def link_rows(
    links: Iterable[Mapping],
    measures: Iterable[Mapping],
    figures: Iterable[Mapping],
    charts: Iterable[Mapping],
    month: date,
) -> list[dict]:
    """Rows of published.action_measures or recommendation_measures: links with what each measure shows by a month.

    `measures`: definitions with their targets as a list. `figures`, `charts`: rows of published.figures and
    control_charts.
    """  # fmt: skip
    series: dict[str, list[Figure]] = {}
    for row in filter(_is_total, figures):
        series.setdefault(row["measure_id"], []).append(sentences.figure_of(row))
    icons = {row["measure_id"]: row for row in charts if row["month_start"] == month}
    signals = {
        measure["measure_id"]: _signals(measure, sentences.latest(series.get(measure["measure_id"], []), month))
        | {name: icons.get(measure["measure_id"], {}).get(name) for name in ICONS}
        for measure in measures
    }
    return [{**link, **signals[link["measure_id"]]} for link in links]


def _signals(measure: Mapping, figure: Figure | None) -> dict:
    """Whether a figure keeps the law and its target, as far as what is shown of it tells."""
    if figure is None:
        return {"figure_month": None, "law_signal": None, "target_signal": None, "measure_signal": "no_figure"}
    law_line, target_line = sentences.law_of(measure), sentences.target_of(measure, figure.month_start)
    standing = sentences.standing(measure, figure)
    law = _signal(standing.law, "no_law" if law_line is None else NOT_SHOWN)
    target = _signal(standing.target, "no_target" if target_line is None else NOT_SHOWN)
    return {
        "figure_month": figure.month_start,
        "law_signal": law,
        "target_signal": target,
        "measure_signal": _together({law, target}),
    }


def _signal(state: str | None, without: str) -> str:
    return without if state is None else NOT_SHOWN if state == "unknown" else state


def _together(signals: set[str]) -> str:
    """Law and target as one: what is missed first, then what is not told."""
    return next((s for s in ("not_met", NOT_SHOWN, "under_way", "met") if s in signals), "no_line")


def promise_rows(promises: Iterable[Mapping], links: Iterable[Mapping], key: str) -> list[dict]:
    """Rows of published.actions (`key` action_id) or recommendations (recommendation_number): did it work?

    `links`: rows of published.action_measures or recommendation_measures.
    """
    signals: dict[object, list[str]] = {}
    for link in links:
        signals.setdefault(link[key], []).append(link["measure_signal"])
    return [{**promise, **_promise_signal(signals.get(promise[key], []))} for promise in promises]


def _promise_signal(signals: Sequence[str]) -> dict:
    """The measures of a promise counted, and what they come to."""
    met, missed = signals.count("met"), signals.count("not_met")
    counts = {"measure_count": len(signals), "met_count": met, "not_met_count": missed}
    if not signals:
        return counts | {"measure_signal": "no_measure"}
    if met and missed:
        return counts | {"measure_signal": "partly_met"}
    said = next((s for s in ("not_met", NOT_SHOWN, "met", "under_way", "no_line") if s in signals), "no_figure")
    return counts | {"measure_signal": said}


def _is_total(row: Mapping) -> bool:
    return (row["breakdown"], row["breakdown_value"]) == TOTAL
