"""Published rows as words and drawings: what paper, dashboard and Easy Read lay out. No arithmetic on figures here."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from send_data import agreement, change, charts, sentences
from send_data.history import IN_FULL
from send_data.published import Edition
from send_data.sentences import Figure, Standing

TOTAL = ("all", "all")
HISTORY_MONTHS = 36
# Units whose values are shares of 1; all but percent_change lie between 0 and 1.
SHARES = ("percent", "percent_change", "per_100", "points")
# Months of a measure that are named one by one among the revisions.
MOST_MONTHS = 3
# How a month that is more than chance is marked on its chart.
_SIGNALS = {
    "special_cause_improvement": "better",
    "special_cause_concern": "worse",
    "special_cause_neutral_high": "changed",
    "special_cause_neutral_low": "changed",
}
MARKS = {"met": "✓", "not_met": "✗", "under_way": "…", "unknown": "?", "held_back": "!", "none": "–"}


@dataclass(frozen=True)
class MeasurePage:
    """A measure ready to be laid out: every number is already words."""

    measure: Mapping
    figure: str
    counts: str
    month: str
    is_current: bool
    target: str
    law: str
    standing: Standing
    mark: str
    sentence: str
    trend: charts.Trend
    breakdowns: list[dict]
    comparison: str
    sources: str
    kitemark: list[dict]
    variation: str
    variation_words: str
    assurance: str
    assurance_words: str
    signal_sentence: str
    shown_on: date
    events: list[dict]
    key: str


def is_exception(page: MeasurePage) -> bool:
    """Whether a measure needs the Board's eye: see exception_reasons."""
    return bool(exception_reasons(page))


def exception_reasons(page: MeasurePage) -> list[str]:
    """Why a measure needs the Board's eye: the law, its target, a change for the worse, or no hope of meeting it."""
    reasons = []
    if page.standing.law == "not_met":
        reasons.append(f"It does not keep the law, which requires {page.law}")
    if page.standing.target == "not_met":
        reasons.append(f"It misses its target of {page.target}")
    if page.variation == "worsening":
        reasons.append("It has changed for the worse, by more than chance would explain")
    if page.assurance == "never_meets":
        reasons.append("It will go on missing its target unless something changes")
    return reasons


def measure_pages(edition: Edition, words: Mapping) -> list[MeasurePage]:
    """One page per measure, in the order of the priorities and then of the catalogue."""
    figures = figures_by_measure(edition.figures)
    charted = _by_measure(edition.control_charts)
    sources = {row["source"]: source_words(row) for row in edition.sources}
    return [
        _measure_page(
            measure,
            figures.get(measure["measure_id"], {}),
            charted.get(measure["measure_id"], []),
            edition,
            words,
            sources,
        )
        for measure in in_order(edition.measures, words)
    ]


def in_order(measures: Iterable[Mapping], words: Mapping) -> list[Mapping]:
    """Measures in the order of the priorities and then of the catalogue."""
    order = {name: place for place, name in enumerate(words["priorities"])}
    return sorted(measures, key=lambda m: (order.get(m["priority"], len(order)), m["measure_id"]))


def _measure_page(
    measure: Mapping,
    figures: Mapping,
    chart: Sequence[Mapping],
    edition: Edition,
    words: Mapping,
    sources: Mapping,
) -> MeasurePage:
    month = edition.header["month"]
    series = figures.get(TOTAL, [])
    current = next((f for f in series if f.month_start == month), None)
    shown = current or sentences.latest(series, month)
    held_back = agreement.held_back(measure, edition.reconciliations)
    finding = held_back or sentences.sentence(measure, series, month)
    standing = sentences.standing(measure, shown)
    target, law = sentences.target_of(measure, month), sentences.law_of(measure)
    changed = change.change_of(measure, chart, series, month)
    events = events_of(measure, edition, _months_to(month, HISTORY_MONTHS)[0])
    return MeasurePage(
        measure=measure,
        figure=sentences.figure_text(measure, shown),
        counts=sentences.counts_text(measure, shown),
        month=sentences.period_name(measure, shown.month_start if shown else month),
        is_current=current is not None or shown is None,
        target=sentences.line_text(measure, target) if target else "",
        law=sentences.line_text(measure, law) if law else "",
        standing=standing,
        mark=MARKS["held_back"] if held_back else mark_of(standing),
        sentence=finding,
        trend=trend_of(measure, series, month, finding, chart, changed.sentence, events),
        breakdowns=breakdown_tables(measure, figures, shown, words) if shown else [],
        comparison=agreement.comparison(r for r in edition.comparators if r["measure_id"] == measure["measure_id"]),
        sources=sources_text([sources[token] for token in measure["sources"] if token in sources]),
        kitemark=kitemark_words((r for r in edition.kitemarks if r["measure_id"] == measure["measure_id"]), words),
        variation=changed.variation,
        variation_words=changed.variation_words,
        assurance=changed.assurance,
        assurance_words=changed.assurance_words,
        signal_sentence=changed.sentence,
        shown_on=shown.month_start if shown else month,
        events=events,
        key=figure_key(measure, shown.month_start if shown else month),
    )


def figure_key(measure: Mapping, month: date, breakdown: str = "all", name: str = "all") -> str:
    """Which published figure a printed number is, for whoever looks it up: `measure|2026-10|age_band|under_5`."""
    return f"{measure['measure_id']}|{month:%Y-%m}|{breakdown}|{name}"


def figure_row(measure: Mapping, label: str, key: tuple[str, str], figure: Figure) -> dict:
    """A row of a table: what it is called, its figure, how many, and which published figure it is."""
    return {
        "label": label,
        "figure": sentences.figure_text(measure, figure),
        "counts": sentences.counts_text(measure, figure),
        "key": figure_key(measure, figure.month_start, *key),
    }


def trend_of(
    measure: Mapping,
    series: Sequence[Figure],
    month: date,
    finding: str,
    chart: Sequence[Mapping] = (),
    signal_sentence: str = "",
    events: Sequence[Mapping] = (),
) -> charts.Trend:
    """The chart of a measure: its last 36 months, target, law, and what its control `chart` says."""
    by_month = {f.month_start: f for f in series}
    signals = {row["month_start"]: _SIGNALS.get(row["point_type"], "") for row in chart}
    reported_in = {int(number) for number in measure["reported_in"].split(",")}
    months = [m for m in _months_to(month, HISTORY_MONTHS) if m.month in reported_in]
    begun = [m for m in months if m in by_month]
    months = months[months.index(begun[0]) :] if begun else months[-12:]
    bands = _bands(measure, chart, months)
    return charts.Trend(
        chart_id=measure["measure_id"].replace("_", "-"),
        title=measure["title"],
        finding=finding,
        points=[_point(measure, m, by_month.get(m), signals.get(m, "")) for m in months],
        tick_text=lambda tick: _tick(measure, tick),
        rules=_rules(measure, months[-1]),
        is_columns=(measure["kind"] == "count" or bool(measure["is_cumulative"])) and not bands,
        is_share=measure["unit"] in SHARES,
        breaks=sentences.breaks_of(measure),
        restarts=_restarts(measure, chart),
        bands=bands,
        events=_events_by_month(events),
        signal_sentence=signal_sentence,
        month_text=lambda m: (
            sentences.TERMS[m.month][:3].capitalize()
            if sentences.is_of_a_term(measure)
            else sentences.MONTHS[m.month - 1][:3]
        ),
        period_text=lambda m: _begun_large(sentences.period_name(measure, m)),
    )


def events_of(measure: Mapping, edition: Edition, since: date) -> list[dict]:
    """Actions that name the measure, or that it names, and were completed in the months shown: letter, day, words.

    Actions of one month share a letter.
    """
    linked = {row["action_id"] for row in edition.action_measures if row["measure_id"] == measure["measure_id"]}
    done = [
        row
        for row in edition.actions
        if row["action_id"] in linked and row["completed_on"] is not None and row["completed_on"] >= since
    ]
    done.sort(key=lambda row: (row["completed_on"], row["action_id"]))
    months = sorted({row["completed_on"].replace(day=1) for row in done})
    letters = {month: chr(ord("A") + at) for at, month in enumerate(months)}
    return [
        {
            "letter": letters[row["completed_on"].replace(day=1)],
            "day": row["completed_on"],
            "when": sentences.day_name(row["completed_on"]),
            "action_id": row["action_id"],
            "what": row["action_text"],
        }
        for row in done
    ]


def data_table(trend: charts.Trend) -> dict:
    """The numbers of a chart as a table: `columns`, and `rows` of a period and its cells, the newest first.

    Columns that no row fills are left out.
    """
    names = ["Figure", "How many", "Average", "Range from", "Range to", "Signal"]
    rows = [(trend.period_text(point.month), _cells(trend, point)) for point in reversed(trend.points)]
    kept = [at for at in range(len(names)) if at == 0 or any(cells[at] for _, cells in rows)]
    return {
        "columns": [names[at] for at in kept],
        "rows": [{"label": label, "cells": [cells[at] for at in kept]} for label, cells in rows],
    }


def chart_table(page: MeasurePage) -> dict:
    """The numbers of a measure's chart, as data_table has them, each row with the key of its figure."""
    table = data_table(page.trend)
    months = [point.month for point in reversed(page.trend.points)]
    keyed = [row | {"key": figure_key(page.measure, m)} for row, m in zip(table["rows"], months, strict=True)]
    return table | {"rows": keyed}


def _cells(trend: charts.Trend, point: charts.Point) -> list[str]:
    band = next((band for band in trend.bands if band.since <= point.month <= band.until), None)
    words = charts.SIGNALS[point.signal][0].capitalize() if point.signal else ""
    limits = [band.mean_text, band.low_text, band.high_text] if band else ["", "", ""]
    return [point.figure, point.counts if point.counts != point.figure else "", *limits, words]


def breakdown_tables(measure: Mapping, figures: Mapping, shown: Figure, words: Mapping) -> list[dict]:
    """The breakdowns of the month shown, in the order of words.yml, the longest list last."""
    tables = []
    for breakdown in words["breakdowns"]:
        labels = words["breakdown_values"].get(breakdown, {})
        order = {code: place for place, code in enumerate(labels)}
        cells = [
            (order.get(key[1], len(order)), key[1], figure)
            for key, series in figures.items() if key[0] == breakdown
            for figure in series if figure.month_start == shown.month_start
        ]  # fmt: skip
        rows = [
            figure_row(measure, value_label(code, labels.get(code)), (breakdown, code), figure)
            for _, code, figure in sorted(cells, key=lambda cell: cell[:2])
        ]  # fmt: skip
        if rows:
            period = sentences.period_name(measure, shown.month_start)
            tables.append({"title": words["breakdowns"][breakdown], "rows": rows, "month": period})
    return tables


def value_label(code: str, label: str | None) -> str:
    """A group's name: its label, a name as it is printed, or a code in words."""
    return label or (code if " " in code else code.replace("_", " ").capitalize())


def repatriation_page(rows: Iterable[Mapping], month: date, words: Mapping) -> dict | None:
    """The ledger's totals as words: the promise's items, the Safety Valve's beside them, what was left out and why."""
    current = [row for row in rows if row["month_start"] == month]
    if not current:
        return None
    items = {(row["basis"], row["item"]): _item_words(row) for row in current if ":" not in row["item"]}
    return {
        "financial_year": current[0]["financial_year"].replace("-", " to "),
        "promise": {item: entry for (basis, item), entry in items.items() if basis == "promise"},
        "safety_valve": {item: entry for (basis, item), entry in items.items() if basis == "safety_valve"},
        **{
            topic: _ranges(current, topic, words)
            for topic in ("left_out", "safety_valve_only", "reversal", "transition")
        },
    }


def national_tables(edition: Edition, words: Mapping) -> list[dict]:
    """For each indicator of words.yml that stands on no measure's page: two years, borough, London and England."""
    tables = []
    compared = {row["indicator"] for row in edition.comparators}
    for indicator in words["national"]:
        of_indicator = [row for row in edition.national if row["indicator"] == indicator and indicator not in compared]
        if not of_indicator:
            continue
        release = max(row["release_year"] for row in of_indicator)
        newest = [row for row in of_indicator if row["release_year"] == release]
        for period in sorted({row["time_period"] for row in newest})[-2:]:
            areas = {row["area"]: agreement.value_text(row) for row in newest if row["time_period"] == period}
            title = words["national"][indicator] + (" *" if newest[0]["is_derived"] else "")
            entry = {area: areas.get(area, "not published") for area in ("borough", "London", "England")}
            tables.append({"title": title, "period": agreement.period_name(period), "release": release, **entry})
    return tables


def source_words(row: Mapping) -> dict:
    """A source's line: what it is, who owns it, which delivery is in use, and what is wrong with it."""
    low, high = row["quarantined_low"], row["quarantined_high"]
    received = row["received_at"]
    return {
        "source": row["source"],
        "title": row["title"],
        "owner": row["owner"],
        "arrival": row["arrival"],
        "delivery": sentences.month_name(row["delivery_month"]) if row["delivery_month"] else "none yet",
        "received": sentences.day_name(received.date()) if received else "never",
        "reason": row["reason"] or "",
        "set_aside": sentences.range_text(low, high) if high else "",
        "is_wrong": row["arrival"] != "came" or bool(high),
    }


def sources_text(sources: Sequence[Mapping]) -> str:
    """What a figure rests on, sources of the same delivery named together."""
    if not sources:
        return "Sources: not recorded."
    groups: dict[str, list[str]] = {}
    for source in sources:
        state = "" if source["arrival"] == "came" else f", {source['arrival']}"
        delivery = f"{source['delivery']}, came {source['received']}{state}"
        groups.setdefault(delivery, []).append(source["title"])
    return "Sources: " + "; ".join(f"{', '.join(titles)} ({delivery})" for delivery, titles in groups.items()) + "."


def kitemark_words(rows: Iterable[Mapping], words: Mapping) -> list[dict]:
    """The parts of a measure's kitemark in the order of words.yml: name, state, why."""
    found = {row["part"]: row for row in rows}
    return [
        {
            "name": name,
            "state": found[part]["state"].replace("_", " "),
            "reason": _days_in_words(found[part]["reason"]),
        }
        for part, name in words["kitemark"].items()
        if part in found
    ]


def revision_rows(rows: Sequence[Mapping], measures: Iterable[Mapping], words: Mapping) -> list[dict]:
    """What was revised, as words: one row per measure and month, and one for months alike of which more is not told.

    More than three months of a measure, revised for the same reasons, are one row that shows the last of them.
    """
    by_id = {measure["measure_id"]: measure for measure in measures}
    groups: dict[tuple, list[Mapping]] = {}
    for row in rows:
        groups.setdefault((row["measure_id"], row["shown"], tuple(row["reasons"])), []).append(row)
    told = []
    for (measure_id, shown, reasons), group in groups.items():
        singly = shown == IN_FULL and len(group) <= MOST_MONTHS
        for months in [[row] for row in group] if singly else [group]:
            told.append(
                {
                    "measure_id": measure_id,
                    "title": by_id[measure_id]["title"],
                    "months": _months_in_words([row["month_start"] for row in months]),
                    "was": _revised_value(by_id[measure_id], months[-1], "was_value", len(months)),
                    "is": _revised_value(by_id[measure_id], months[-1], "is_value", len(months)),
                    "how": words["revisions"][shown],
                    "why": "; ".join(words["revisions"][reason] for reason in reasons),
                }
            )
    return told


def status_words(header: Mapping) -> str:
    """Whether an edition is a draft, or by which role it was approved and when."""
    if header["status"] != "approved":
        return header["status"]
    return f"approved by the {header['approved_role']} on {sentences.day_name(header['approved_on'])}"


def correction_words(edition: Edition, words: Mapping) -> dict | None:
    """What an edition corrects: which one, why, which totals differ (rows as of revisions), which parts; or nothing."""
    if not edition.correction:
        return None
    correction = edition.correction[0]
    return {
        "corrects": correction["corrects_edition_id"],
        "because": correction["because"],
        "rows": revision_rows(edition.corrected, edition.measures, words),
        "parts": [words["corrected_parts"].get(part, part.replace("_", " ")) for part in correction["parts"]],
    }


def _revised_value(measure: Mapping, row: Mapping, name: str, months: int) -> str:
    """A value in its unit, with its month where it stands for several; nothing where it is not told."""
    if row["shown"] != IN_FULL:
        return ""
    text = sentences.NO_DATA if row[name] is None else sentences.value_text(measure, row[name])
    return text if months == 1 else f"{text} in {sentences.month_name(row['month_start'])}"


def _months_in_words(months: Sequence[date]) -> str:
    if len(months) <= MOST_MONTHS:
        return ", ".join(sentences.month_name(month) for month in months)
    return f"{len(months)} months from {sentences.month_name(months[0])} to {sentences.month_name(months[-1])}"


def _days_in_words(text: str) -> str:
    """Days written as 2026-09-30 as 30 September 2026."""
    return re.sub(r"\d{4}-\d\d-\d\d", lambda day: sentences.day_name(date.fromisoformat(day[0])), text)


def figures_by_measure(rows: Iterable[Mapping]) -> dict[str, dict[tuple, list[Figure]]]:
    """{measure: {(breakdown, group): its figures}}."""
    measures: dict[str, dict[tuple, list[Figure]]] = {}
    for row in rows:
        cells = measures.setdefault(row["measure_id"], {})
        cells.setdefault((row["breakdown"], row["breakdown_value"]), []).append(sentences.figure_of(row))
    return measures


def _by_measure(rows: Iterable[Mapping]) -> dict[str, list[Mapping]]:
    found: dict[str, list[Mapping]] = {}
    for row in rows:
        found.setdefault(row["measure_id"], []).append(row)
    return found


def _bands(measure: Mapping, chart: Sequence[Mapping], months: Sequence[date]) -> list[charts.Band]:
    """Average and range of each segment that has them, cut to the months shown."""
    bands = []
    for _, rows in groupby(chart, key=lambda row: row["segment"]):
        shown = [row for row in rows if row["month_start"] in months and row["upper_limit"] is not None]
        if shown:
            mean, (low, high) = shown[0]["mean"], change.possible_range(measure, shown[0])
            bands.append(
                charts.Band(
                    shown[0]["month_start"],
                    shown[-1]["month_start"],
                    *(float(number) for number in (mean, low, high)),
                    *(change.number_text(measure, number) for number in (mean, low, high)),
                )
            )
    return bands


def _restarts(measure: Mapping, chart: Sequence[Mapping]) -> list[date]:
    """First months of segments that start for another reason than a break in recording."""
    breaks = set(sentences.breaks_of(measure))
    return [row["month_start"] for row in chart if row["restart_reason"] and row["month_start"] not in breaks]


def _events_by_month(events: Sequence[Mapping]) -> list[charts.Event]:
    """One line for each letter, at its first day."""
    days: dict[str, date] = {}
    for event in events:
        days.setdefault(event["letter"], event["day"])
    return [charts.Event(day, letter) for letter, day in days.items()]


def _begun_large(text: str) -> str:
    return text[:1].upper() + text[1:]


def _point(measure: Mapping, month: date, figure: Figure | None, signal: str) -> charts.Point:
    text, counts = sentences.figure_text(measure, figure), sentences.counts_text(measure, figure)
    if figure is None:
        return charts.Point(month, None, figure=text)
    if figure.is_shown:
        return charts.Point(month, float(figure.value), signal=signal, figure=text, counts=counts)
    low, high = figure.lower_value, figure.upper_value
    if low is None and figure.lower_bound is not None and figure.denominator is None:
        low, high = figure.lower_bound, figure.upper_bound
    ends = (None if v is None else float(v) for v in (low, high))
    return charts.Point(month, None, *ends, is_hidden=True, figure=text, counts=counts)


def _rules(measure: Mapping, month: date) -> list[charts.Rule]:
    """Target lines from the month in which each begins, and the law; one label where the two are the same."""
    law = sentences.law_of(measure)
    target = sentences.target_of(measure, month)
    rules = []
    if target and (law is None or law.value != target.value):
        days = [str(t["from"]) for t in measure["targets"] if t.get("from")]
        begun = max((day for day in days if day[:7] <= f"{month:%Y-%m}"), default=None)
        since = date.fromisoformat(f"{begun[:7]}-01") if begun else None
        rules.append(charts.Rule(f"Target {sentences.line_text(measure, target)}", float(target.value), since, "8 4"))
    if law:
        name = "Law and target" if target and target.value == law.value else "Law"
        rules.append(charts.Rule(f"{name} {sentences.line_text(measure, law)}", float(law.value), None, "2 3"))
    return rules


def _tick(measure: Mapping, tick: float) -> str:
    """An axis label: thousands of pounds as £10k, shares without decimals unless the step needs one, no other unit."""
    if measure["unit"] == "gbp" and abs(tick) >= 1000:
        size, letter = (1_000_000, "m") if abs(tick) >= 1_000_000 else (1000, "k")
        return f"{'−' if tick < 0 else ''}£{abs(tick) / size:g}{letter}"
    if measure["unit"] in ("percent", "percent_change"):
        return f"{'−' if tick < 0 else ''}{abs(round(tick * 100, 4)):g}%"
    if measure["unit"] in ("per_100", "points"):
        return f"{round(tick * 100, 4):g}"
    sign, money = "−" if tick < 0 else "", "£" if measure["unit"] == "gbp" else ""
    return f"{sign}{money}{abs(tick):,g}"


def mark_of(standing: Standing) -> str:
    """The sign of where a figure stands; one that misses either line has missed."""
    states = {standing.target, standing.law} - {None}
    if "not_met" in states:
        return MARKS["not_met"]
    if not states:
        return MARKS["none"]
    return next(MARKS[state] for state in ("unknown", "under_way", "met") if state in states)


def _item_words(row: Mapping) -> dict:
    """One item of the repatriation page."""
    say = sentences.pounds if row["unit"] == "gbp" else sentences.count
    if row["symbol"] == "c" and row["upper_bound"] is not None:
        text = sentences.range_text(row["lower_bound"], row["upper_bound"])
    elif row["value"] is not None:
        text = say(row["value"])
    else:
        text = "fewer than 5" if row["unit"] == "learners" else "held back"
    return {
        "text": text,
        "target": say(row["target_value"]) if row["target_value"] is not None else "",
        "as_of": "held back"
        if row["symbol"] == "b" and row["value"] is None
        else sentences.month_name(row["as_of_month"]),
        "is_shown": row["value"] is not None,
    }


def _ranges(rows: Iterable[Mapping], topic: str, words: Mapping) -> list[dict]:
    found = {row["item"].split(":")[1]: row for row in rows if row["item"].startswith(f"{topic}:")}
    labels = words[topic]
    return [
        {"label": labels.get(reason, reason), "range": sentences.range_text(row["lower_bound"], row["upper_bound"])}
        for reason, row in sorted(
            found.items(), key=lambda pair: list(labels).index(pair[0]) if pair[0] in labels else 99
        )
    ]


def _months_to(month: date, count: int) -> list[date]:
    last = month.year * 12 + month.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(last - count + 1, last + 1)]
