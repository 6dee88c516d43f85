"""Freeze a month: read its marts, apply disclosure control, and add one edition to `published`.

An edition is never changed. The same build frozen again is the same edition; another build of the same month becomes a
new edition that says which one it replaces. Once a month is approved, only a correction replaces its edition.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

import pandas as pd
import sqlalchemy as sa

from send_data import (
    agreement,
    commentary,
    corrections,
    disclosure,
    forward,
    history,
    ledger,
    public,
    signals,
    warehouse,
)  # fmt: skip
from send_data import build as builds
from send_data.cells import Key
from send_data.corrections import Correction
from send_data.disclosure import HELD, HIDDEN, SHOWN, Point, Printed
from send_data.settings import settings

# The figures of the repatriation ledger that are shown together rest on the same learners: one clock holds them.
CLOCKS = {
    "promise": ("learners",),
    "new_starts": ("new_starts",),
    "safety_valve": ("safety_valve_learners",),
}
# A measure that is the difference of two items, and so is printed as the difference of what is shown of them.
NET_MEASURE = "repatriation_saving_net_of_new_starts"
CONTAINS = {"safety_valve_learners": "learners"}
# What is printed of fct_repatriation_totals: item -> (column, unit, clock of the promise, column of the target).
ITEMS = {
    "learners": ("learner_count", "learners", "promise", "target_learner_count"),
    "mean_saving": ("mean_saving_gbp", "gbp", "promise", "target_mean_saving_gbp"),
    "full_year_saving": ("full_year_saving_gbp", "gbp", "promise", "target_saving_gbp"),
    "part_year_saving": ("part_year_saving_gbp", "gbp", "promise", None),
    "travel_saving": ("travel_saving_gbp", "gbp", "promise", None),
    "new_starts": ("new_start_count", "learners", "new_starts", None),
    "new_starts_cost": ("new_start_full_year_cost_gbp", "gbp", "new_starts", None),
}
SAFETY_VALVE_ITEMS = ("learners", "mean_saving", "full_year_saving", "part_year_saving", "travel_saving")
# Breakdowns of a cumulative measure in which every learner is in every cell; others could show one learner.
WHOLE_BREAKDOWNS = ("all", "saving_basis")
# Forecast savings are rounded to hundreds of thousands of pounds: 10 to the power of minus this.
ROUGHLY = -5
DEMO_SOFTWARE = "DEMO-BOROUGH"


class EditionError(RuntimeError):
    """The month cannot be frozen; the message says what to run first."""


class ApprovedError(EditionError):
    """The month is approved, and what is frozen now is something else: it needs a correction, or to wait a month."""


class Marts(NamedTuple):
    """What an edition is made of, as frames; columns as in the marts, and what people wrote for the month."""

    measures: pd.DataFrame
    figures: pd.DataFrame
    totals: pd.DataFrame
    left_out: pd.DataFrame
    falling_due: pd.DataFrame
    forecasts: pd.DataFrame
    forecast_errors: pd.DataFrame
    deliveries: pd.DataFrame
    national: pd.DataFrame
    comparators: pd.DataFrame
    reconciliations: pd.DataFrame
    deliveries_in_use: pd.DataFrame
    kitemarks: pd.DataFrame
    charts: pd.DataFrame
    actions: pd.DataFrame
    recommendations: pd.DataFrame
    action_measures: pd.DataFrame
    recommendation_measures: pd.DataFrame
    meetings: pd.DataFrame
    comments: pd.DataFrame
    voices: pd.DataFrame
    decisions: pd.DataFrame


def freeze(
    month: str,
    known_at: datetime | None = None,
    build_id: int | None = None,
    marts_schema: str | None = None,
    correction: Correction | None = None,
) -> int:
    """Freeze the finished build of a month (`YYYY-MM`) as an edition; returns its number.

    Without `build_id` the ledger names the build. EditionError when there is none; ApprovedError when the month is
    approved and this is another edition; with `correction`, CorrectionError when it corrects nothing.
    """
    build = ledger.get_build(build_id) if build_id is not None else ledger.find_build(month, known_at)
    if build is None:
        raise EditionError(
            f"no finished build of {month} stands on its deliveries and this code: run build_marts first"
        )
    with warehouse.engine().begin() as connection:
        connection.execute(sa.text("select pg_advisory_xact_lock(:key)"), {"key": warehouse.WAREHOUSE_LOCK})
        marts = read_marts(connection, marts_schema or builds.schema_of(build), build.month)
        content = content_sha256(marts)
        standing = _find(connection, build, content)
        if correction is not None:
            return _correct(connection, build, content, marts, standing, correction)
        _leave_approved(connection, build.month, standing)
        return standing if standing is not None else _add(connection, build, content, marts)


def _correct(
    connection: sa.Connection,
    build: ledger.Build,
    content: str,
    marts: Marts,
    standing: int | None,
    correction: Correction,
) -> int:
    """Add the edition that corrects the month's approved one; a later correction starts from that one too."""
    approved = _approved(connection, build.month)
    if approved is None:
        raise EditionError(f"no edition of {build.month:%Y-%m} is approved: `send paper` replaces its draft")
    if standing is not None:
        raise EditionError(f"edition {standing} says this already: there is nothing to correct")
    edition_id = _add(connection, build, content, marts)
    corrections.record(connection, edition_id, approved.edition_id, correction)
    return edition_id


def _leave_approved(connection: sa.Connection, month: date, standing: int | None) -> None:
    """Raise ApprovedError unless the month is open or `standing` is its newest edition."""
    approved = _approved(connection, month)
    if approved is not None and standing != approved.newest:
        raise ApprovedError(
            f"edition {approved.edition_id} of {month:%Y-%m} is approved and stays as it is. What has come since shows "
            f"in the next month's revisions; to correct it now: `send correct {month:%Y-%m} --because ...`"
        )


def _approved(connection: sa.Connection, month: date) -> sa.Row | None:
    """The month's last approved edition, and its newest one; None while the month is open."""
    return connection.execute(sa.text(_APPROVED), {"la": settings().la_code, "month": month}).one_or_none()


def read_marts(connection: sa.Connection, schema: str, month: date) -> Marts:
    """The marts of one build, up to its reporting month; nothing that names or numbers a child."""
    values = {"la": settings().la_code, "month": month}
    figures = _frame(connection, _FIGURES.format(schema=schema), values)
    if figures.empty:
        raise EditionError(f"{schema}.fct_measures holds no figure up to {month:%Y-%m}")
    measures = _frame(connection, f"select * from {schema}.dim_measures order by measure_id", values)
    owners = dict(measures[["measure_id", "owner"]].itertuples(index=False))
    written = commentary.read(connection, month, owners)
    return Marts(
        measures=measures,
        figures=figures,
        totals=_frame(connection, _TOTALS.format(schema=schema), values),
        left_out=_frame(connection, _LEFT_OUT.format(schema=schema), values),
        falling_due=_frame(connection, forward.FALLING_DUE.format(schema=schema), values),
        forecasts=_frame(connection, forward.FORECASTS.format(schema=schema), values),
        forecast_errors=_frame(connection, forward.FORECAST_ERRORS.format(schema=schema), values),
        deliveries=_frame(
            connection, f"select * from {schema}.fct_deliveries where la_code = :la order by source", values
        ),
        national=_frame(connection, _NATIONAL.format(schema=schema), values),
        comparators=_frame(connection, _COMPARATORS.format(schema=schema), values),
        reconciliations=_frame(connection, _RECONCILIATIONS.format(schema=schema), values),
        deliveries_in_use=_frame(connection, _DELIVERIES_IN_USE.format(schema=schema), values),
        kitemarks=_frame(connection, _KITEMARKS.format(schema=schema), values),
        charts=_frame(connection, signals.CHARTS.format(schema=schema), values),
        actions=_frame(connection, signals.ACTIONS.format(schema=schema), values),
        recommendations=_frame(connection, signals.RECOMMENDATIONS.format(schema=schema), values),
        action_measures=_frame(connection, signals.ACTION_MEASURES.format(schema=schema), values),
        recommendation_measures=_frame(connection, signals.RECOMMENDATION_MEASURES.format(schema=schema), values),
        **{name: pd.DataFrame(rows, dtype=object) for name, rows in written._asdict().items()},
    )


def content_sha256(marts: Marts) -> str:
    """One hash over all that an edition is made of; the order of columns and of reading does not matter."""
    digest = hashlib.sha256()
    for name, frame in zip(Marts._fields, marts, strict=True):
        rows = sorted(json.dumps(row, sort_keys=True, default=str) for row in frame.to_dict("records"))
        digest.update("\n".join([name, *rows, ""]).encode())
    return digest.hexdigest()


def _find(connection: sa.Connection, build: ledger.Build, content: str) -> int | None:
    query = """
        select edition_id from published.editions
        where la_code = :la and month = :month and known_at = :known_at and code_version = :code
            and deliveries_sha256 = :deliveries and content_sha256 = :content
    """
    return connection.execute(sa.text(query), _identity(build, content)).scalar()


def _identity(build: ledger.Build, content: str) -> dict:
    return {
        "la": settings().la_code,
        "month": build.month,
        "known_at": build.known_at,
        "code": build.code_version,
        "deliveries": build.deliveries_sha256,
        "content": content,
    }


def _add(connection: sa.Connection, build: ledger.Build, content: str, marts: Marts) -> int:
    """Write every table of a new edition; the caller's transaction makes it whole or nothing."""
    earlier = _read_earlier(connection)
    held = hold(marts.totals, earlier.points)
    values = _identity(build, content) | {"made_up": is_made_up(connection)}
    edition_id = connection.execute(sa.text(_NEW_EDITION), values).scalar_one()
    items = repatriation_rows(marts, build.month, held, earlier.repatriations)
    reconciliations = agreement.reconciliation_rows(marts.reconciliations.to_dict("records"))
    figures = agreement.hold_back(figure_rows(marts, held, earlier, net_by_month(items)), reconciliations)
    rows = {
        "measures": _defined(connection, build, [_measure_row(row) for row in marts.measures.to_dict("records")]),
        "figures": figures,
        "public_figures": public_rows(marts, figures),
        "repatriations": items,
        "held_counts": newly_shown(marts.totals, held, earlier.points),
        "falling_due": forward.falling_due_rows(marts.falling_due.to_dict("records")),
        "falling_due_by_team": forward.falling_due_rows(marts.falling_due.to_dict("records"), by="case_team"),
        "forecasts": forward.forecast_rows(marts.forecasts.to_dict("records")),
        "forecast_errors": marts.forecast_errors.to_dict("records"),
        "sources": source_rows(marts.deliveries.to_dict("records")),
        "national": [agreement.protected(row) for row in marts.national.to_dict("records")],
        "comparators": agreement.comparator_rows(marts.comparators.to_dict("records")),
        "reconciliations": reconciliations,
        "deliveries": delivery_rows(marts.deliveries_in_use.to_dict("records")),
        "kitemarks": marts.kitemarks.to_dict("records"),
        **signal_rows(marts, figures, build.month),
        "checks": check_rows(_checks(connection, build, marts.deliveries_in_use.to_dict("records"))),
        **{name: getattr(marts, name).to_dict("records") for name in commentary.Written._fields},
    }
    for table, entries in rows.items():
        _insert(connection, table, [{"edition_id": edition_id, **row} for row in entries])
    history.record(connection, edition_id)
    return edition_id


def public_rows(marts: Marts, figures: list[dict]) -> list[dict]:
    """Rows of published.public_figures, from those of published.figures."""
    people = public.contributors_of(marts.figures.to_dict("records"))
    return public.public_rows(figures, people, marts.measures.to_dict("records"))


def signal_rows(marts: Marts, figures: list[dict], month: date) -> dict[str, list[dict]]:
    """Rows of the tables that tell of change and of promises, from the rows of published.figures."""
    measures = [row | {"targets": _json(row.get("targets"))} for row in marts.measures.to_dict("records")]
    charts = signals.chart_rows(marts.charts.to_dict("records"), figures, measures, builds.is_charted_as_mdc_2023())
    action_measures, recommendation_measures = (
        signals.link_rows(links.to_dict("records"), measures, figures, charts, month)
        for links in (marts.action_measures, marts.recommendation_measures)
    )
    recommendations = marts.recommendations.to_dict("records")
    return {
        "control_charts": charts,
        "actions": signals.promise_rows(marts.actions.to_dict("records"), action_measures, "action_id"),
        "action_measures": action_measures,
        "recommendations": signals.promise_rows(recommendations, recommendation_measures, "recommendation_number"),
        "recommendation_measures": recommendation_measures,
    }


def _defined(connection: sa.Connection, build: ledger.Build, measures: list[dict]) -> list[dict]:
    """Measures with the hash of the definition by which the build counted them, none for a build that kept none."""
    query = "select measure_id, definition_sha256 from ops.measure_definition where build_id = :build"
    hashes = dict(connection.execute(sa.text(query), {"build": build.build_id}).all())
    return [row | {"definition_sha256": hashes.get(row["measure_id"])} for row in measures]


class Earlier(NamedTuple):
    """What earlier editions have shown of cumulative figures (counts, figures by key, items by key) and of cells."""

    points: dict[str, list[Point]]
    figures: dict[tuple, dict]
    repatriations: dict[tuple, dict]
    printed: Printed


def _read_earlier(connection: sa.Connection) -> Earlier:
    """Everything already shown that a new figure could be subtracted from; a later edition's word wins."""
    la = {"la": settings().la_code}
    points: dict[str, list[Point]] = {}
    for row in connection.execute(sa.text(_EARLIER_POINTS), la):
        point = Point(row.clock, row.component, row.month_start, row.learners)
        points.setdefault(row.financial_year, []).append(point)
    figures = connection.execute(sa.text(_EARLIER_FIGURES), la).mappings()
    items = connection.execute(sa.text(_EARLIER_ITEMS), la).mappings()
    return Earlier(
        points,
        {(r["measure_id"], r["month_start"], r["breakdown"], r["breakdown_value"]): dict(r) for r in figures},
        {(r["month_start"], r["basis"], r["item"]): dict(r) for r in items},
        _printed(connection),
    )


def _printed(connection: sa.Connection) -> Printed:
    """What was last shown, and what was ever hidden."""
    shown, hidden = {}, set()
    for row in connection.execute(sa.text(_EARLIER_CELLS), {"la": settings().la_code}):
        place = (row.month_start, Key(row.measure_id, row.breakdown, row.breakdown_value))
        if row.symbol == SHOWN:
            shown[place] = tuple(None if n is None else round(n) for n in (row.numerator_count, row.denominator_count))
        else:
            hidden.add(place)
    return Printed(shown, hidden)


def hold(totals: pd.DataFrame, points: Mapping[str, list[Point]]) -> dict[str, dict[date, date | None]]:
    """For each clock and month, the month whose cumulative figures may be shown (see disclosure.held_months)."""
    held: dict[str, dict[date, date | None]] = {clock: {} for clock in CLOCKS}
    touched = _touched_months(totals)
    for year, counts in learner_counts(totals).items():
        pool = list(points.get(year, ()))
        for clock, components in CLOCKS.items():
            series = [(month, {c: by_name[c] for c in components}) for month, by_name in counts]
            held[clock] |= disclosure.held_months(clock, series, pool, CONTAINS)
            held[clock] |= {
                month: None for month, by_name in series if month in touched[clock] and not any(by_name.values())
            }
            known = {(p.clock, p.month_start) for p in pool}
            pool += [p for p in _points(clock, series, held[clock]) if (clock, p.month_start) not in known]
    return held


def _touched_months(totals: pd.DataFrame) -> dict[str, set[date]]:
    """For each clock, the months with any line behind them.

    A move and its reversal count 0 learners, but the money of two: such a 0 is no true 0 and must not be shown.
    """
    columns = {
        "promise": ("full_year_saving_gbp", "travel_saving_gbp", "uncosted_line_count"),
        "safety_valve": ("full_year_saving_gbp", "travel_saving_gbp", "uncosted_line_count"),
        "new_starts": ("new_start_full_year_cost_gbp",),
    }
    bases = {"safety_valve": "safety_valve"}
    return {
        clock: {
            row["month_start"]
            for row in totals.to_dict("records")
            if row["basis"] == bases.get(clock, "promise") and any(row[name] for name in names)
        }
        for clock, names in columns.items()
    }


def learner_counts(totals: pd.DataFrame) -> dict[str, list[tuple[date, dict[str, int]]]]:
    """By financial year, the months in order with the learners in each component; a missing basis counts nobody."""
    years: dict[str, dict[date, dict[str, int]]] = {}
    for row in totals.to_dict("records"):
        month = years.setdefault(row["financial_year"], {}).setdefault(row["month_start"], _nobody())
        if row["basis"] == "promise":
            month |= {"learners": _whole(row["learner_count"]), "new_starts": _whole(row["new_start_count"])}
        else:
            month["safety_valve_learners"] = _whole(row["learner_count"])
    return {year: sorted(months.items()) for year, months in years.items()}


def newly_shown(
    totals: pd.DataFrame, held: Mapping[str, Mapping[date, date | None]], points: Mapping[str, list[Point]]
) -> list[dict]:
    """The counts that this edition shows for the first time, for later editions to keep away from."""
    rows = []
    for year, counts in learner_counts(totals).items():
        known = {(p.clock, p.month_start) for p in points.get(year, ())}
        for clock, components in CLOCKS.items():
            series = [(month, {c: by_name[c] for c in components}) for month, by_name in counts]
            new = [p for p in _points(clock, series, held[clock]) if (clock, p.month_start) not in known]
            rows += [{"la_code": settings().la_code, "financial_year": year, **p._asdict()} for p in new]
    return rows


def _points(clock: str, series: list[tuple[date, dict[str, int]]], held: Mapping[date, date | None]) -> list[Point]:
    """The counts of the months whose own figure is shown; a year's opening zeros hold nothing back."""
    shown = [(month, counts) for month, counts in series if held[month] == month and any(counts.values())]
    return [Point(clock, name, month, learners) for month, counts in shown for name, learners in counts.items()]


def figure_rows(marts: Marts, held: Mapping[str, Mapping], earlier: Earlier, net: Mapping[date, Mapping]) -> list[dict]:
    """Rows of published.figures: cumulative measures held, all others protected month by month."""
    measures = marts.measures.assign(has_line=[_has_line(row) for row in marts.measures.to_dict("records")])
    cumulative = set(measures.loc[measures["is_cumulative"].astype(bool), "measure_id"])
    is_cumulative = marts.figures["measure_id"].isin(cumulative)
    counts_people = {r["measure_id"]: _counts_people(r) for r in measures.to_dict("records")}
    monthly = marts.figures[~is_cumulative].drop(columns="la_code")
    protected = disclosure.protect(monthly, measures, printed=earlier.printed)
    # Which rows of a withheld breakdown exist would tell who the few are.
    told = protected[~protected["is_withheld"].astype(bool)].drop(columns="is_withheld").to_dict("records")
    rows = [row | {"as_of_month": row["month_start"]} for row in told]
    cumulative = marts.figures[is_cumulative].to_dict("records")
    rows += _held_figures(cumulative, counts_people, held["promise"], earlier.figures, net)
    la_code = settings().la_code
    # A share or a mean of nobody is no figure, as a month without a row is none.
    return [
        row | {"la_code": la_code, "is_count": counts_people[row["measure_id"]]}
        for row in rows
        if row["symbol"] != SHOWN or row["value"] is not None
    ]


def _held_figures(
    records: list[dict],
    counts_people: Mapping[str, bool],
    held: Mapping[date, date | None],
    earlier: Mapping[tuple, dict],
    net: Mapping[date, Mapping],
) -> list[dict]:
    """A cumulative measure at each month: its own figure, the one last shown, or none yet."""
    own = {tuple(record[name] for name in _FIGURE_KEY): record for record in records}
    rows = []
    for key in own:
        measure_id, month, breakdown, breakdown_value = key
        row = dict.fromkeys(_FIGURE_COLUMNS) | dict(zip(_FIGURE_KEY, key, strict=True)) | {"as_of_month": month}
        if breakdown not in WHOLE_BREAKDOWNS:
            rows.append(row | {"symbol": HIDDEN})
        elif measure_id == NET_MEASURE:
            rows.append(row | {name: net[month][name] for name in ("value", "symbol", "as_of_month")})
        else:
            as_of_key = (measure_id, held.get(month), breakdown, breakdown_value)
            source = earlier.get(as_of_key) or own.get(as_of_key)
            rows.append(row | _held_figure(source, month, held.get(month), counts_people[measure_id]))
    return rows


def _held_figure(source: Mapping | None, month: date, as_of: date | None, is_count: bool) -> dict:
    """What is said of one month of a cumulative measure, `source` being the row of the month that may be shown."""
    if source is None:
        return {"symbol": HELD} | _few(is_count)
    symbol = SHOWN if as_of == month else HELD
    counted = source["value"] if is_count else None
    return {"value": source["value"], "numerator_count": counted, "symbol": symbol, "as_of_month": as_of}


def _few(is_count: bool) -> dict:
    """What may be said before five learners have moved: of their number, fewer than five; of money, nothing."""
    return {"lower_bound": 0, "upper_bound": disclosure.THRESHOLD - 1} if is_count else {}


def _counts_people(measure: Mapping) -> bool:
    """Whether the measure's numbers are people or cases rather than money, hours or things."""
    is_counted = measure["kind"] in disclosure.COUNT_KINDS or (measure["unit"] == "count" and measure["is_cumulative"])
    return is_counted and measure["rows_are"] != "things"


def repatriation_rows(marts: Marts, month: date, held: Mapping[str, Mapping], earlier: Mapping) -> list[dict]:
    """Rows of published.repatriations: totals of every month; of this month, forecast and what was left out."""
    records = marts.totals.to_dict("records")
    own = {(r["month_start"], r["basis"]): r for r in records}
    rows = []
    for record in records:
        items = ITEMS if record["basis"] == "promise" else SAFETY_VALVE_ITEMS
        rows += [_item_row(record, item, own, held, earlier) for item in items]
    rows += _net_rows(rows)
    current = own.get((month, "promise"))
    if current is None:
        return rows
    left_out = [_left_out_row(current, record) for record in marts.left_out.to_dict("records")]
    return rows + _forecast_rows(current) + left_out


def net_by_month(items: Iterable[Mapping]) -> dict[date, Mapping]:
    """The net saving of each month, out of the rows of published.repatriations."""
    return {row["month_start"]: row for row in items if row["item"] == "net_saving"}


def _net_rows(rows: Iterable[Mapping]) -> list[dict]:
    """Saving less the cost of new starts, as both are shown: the exact net would be one more thing to subtract."""
    shown = {(row["month_start"], row["item"]): row for row in rows if row["basis"] == "promise"}
    nets = []
    for (_, item), saving in shown.items():
        if item != "full_year_saving":
            continue
        cost = shown[saving["month_start"], "new_starts_cost"]
        net = saving | {"item": "net_saving", "target_value": None, "value": None, "symbol": HELD}
        if saving["value"] is not None and cost["value"] is not None:
            net["value"] = saving["value"] - cost["value"]
            net["symbol"] = max(saving["symbol"], cost["symbol"])
            net["as_of_month"] = min(saving["as_of_month"], cost["as_of_month"])
        nets.append(net)
    return nets


def _item_row(record: Mapping, item: str, own: Mapping, held: Mapping, earlier: Mapping) -> dict:
    """One item of one month: its own figure, or the one last shown."""
    column, unit, clock, target = ITEMS[item]
    clock = clock if record["basis"] == "promise" else "safety_valve"
    month, basis = record["month_start"], record["basis"]
    as_of = held[clock].get(month)
    row = _item(record, item, unit) | {"target_value": record.get(target) if basis == "promise" else None}
    if as_of is None:
        return row | {"symbol": HELD} | _few(unit == "learners")
    shown = earlier.get((as_of, basis, item))
    value = shown["value"] if shown else own[as_of, basis][column]
    return row | {"value": value, "symbol": SHOWN if as_of == month else HELD, "as_of_month": as_of}


def _item(record: Mapping, item: str, unit: str) -> dict:
    return {
        "la_code": settings().la_code,
        "financial_year": record["financial_year"],
        "month_start": record["month_start"],
        "basis": record["basis"],
        "item": item,
        "unit": unit,
        "value": None,
        "symbol": SHOWN,
        "as_of_month": record["month_start"],
        "lower_bound": None,
        "upper_bound": None,
        "target_value": None,
    }


def _forecast_rows(record: Mapping) -> list[dict]:
    """Moves already named for the rest of the year, as a range of five, and roughly what they would save.

    The forecast shrinks as moves are made: exact figures of two months would tell how many were made between them.
    """
    named = _whole(record.get("forecast_learner_count"))
    low, high = disclosure.band(named)
    learners = _item(record, "forecast_learners", "learners") | {
        "symbol": HIDDEN,
        "lower_bound": low,
        "upper_bound": high,
    }
    saving = _item(record, "forecast_saving", "gbp")
    if disclosure.is_small(named):
        return [learners, saving | {"symbol": HIDDEN}]
    return [learners, saving | {"value": round(float(record.get("forecast_saving_gbp") or 0), ROUGHLY)}]


def _left_out_row(current: Mapping, record: Mapping) -> dict:
    """How many moves are of a kind, as a range of five: shown every month, an exact count could be subtracted."""
    low, high = disclosure.band(_whole(record["line_count"]))
    return _item(current, f"{record['topic']}:{record['reason']}", "learners") | {
        "value": 0 if high == 0 else None,
        "symbol": SHOWN if high == 0 else HIDDEN,
        "lower_bound": low,
        "upper_bound": high,
    }


def source_rows(deliveries: Iterable[Mapping]) -> list[dict]:
    """Rows of published.sources: how each source arrived, and how many of its rows were set aside, as a range."""
    rows = []
    for record in deliveries:
        low, high = disclosure.band(_whole(record["rows_quarantined"])) or (None, None)
        rows.append(
            {
                "source": record["source"],
                "title": record["title"],
                "owner": record["owner"],
                "arrival": record["arrival"],
                "delivery_month": record["delivery_month"],
                "received_at": record["received_at"],
                "reason": record["reason"],
                "quarantined_low": low,
                "quarantined_high": high,
            }
        )
    return rows


def delivery_rows(deliveries: Iterable[Mapping]) -> list[dict]:
    """Rows of published.deliveries: which bytes were used. Their rows are a range: exact ones tell of one child."""
    rows = []
    for record in deliveries:
        low, high = disclosure.band(_whole(record["rows_read"]))
        kept = {name: entry for name, entry in record.items() if name != "rows_read"}
        rows.append(kept | {"rows_low": low, "rows_high": high})
    return rows


def check_rows(checks: Iterable[Mapping]) -> list[dict]:
    """Rows of published.checks: rules with how many deliveries broke them, and rows in ranges of five."""
    rows = []
    for check in checks:
        bands = {name: disclosure.band(_whole(check[f"{name}_count"])) for name in ("checked", "unexpected")}
        kept = {name: entry for name, entry in check.items() if name not in ("checked_count", "unexpected_count")}
        rows.append(kept | {f"{name}_{end}": band[n] for name, band in bands.items() for n, end in _ENDS})
    return rows


def _checks(connection: sa.Connection, build: ledger.Build, deliveries: list[Mapping]) -> list[dict]:
    """What each rule found in the deliveries in use, and in the marts of the build."""
    values = {
        "build": build.build_id,
        "sources": [row["source"] for row in deliveries],
        "deliveries": [row["delivery_id"] for row in deliveries],
    }
    return [dict(row) for row in connection.execute(sa.text(_CHECKS), values).mappings()]


def is_made_up(connection: sa.Connection) -> bool:
    """Whether the SEN2 return says of itself that it comes from the made-up borough; then every page must say so."""
    if connection.execute(sa.text("select to_regclass('raw.sen2__header')")).scalar() is None:
        return False
    query = """
        select exists (
            select 1 from raw.sen2__header as h
            inner join ops.delivery as d on h.delivery_id = d.delivery_id
            where d.la_code = :la and d.status = 'accepted' and upper(h.software_code) = :software
        )
    """
    return connection.execute(sa.text(query), {"la": settings().la_code, "software": DEMO_SOFTWARE}).scalar_one()


def _measure_row(record: Mapping) -> dict:
    """The definition as it is printed; a list may come from the catalogue as a list or as JSON."""
    row = {name: record.get(name) for name in _MEASURE_COLUMNS}
    targets = json.dumps(_json(record.get("targets")), default=str, sort_keys=True)
    read = {"sources": _json(record.get("sources")), "is_cumulative": bool(record.get("is_cumulative"))}
    return row | read | {"targets": targets}


def _has_line(record: Mapping) -> bool:
    return bool(_json(record.get("targets"))) or record.get("law_value") is not None


def _json(entry: object) -> list:
    """A list from a column that holds a list, JSON text, or nothing."""
    if entry is None:
        return []
    return list(json.loads(entry)) if isinstance(entry, str) else list(entry)


def _nobody() -> dict[str, int]:
    return {"learners": 0, "new_starts": 0, "safety_valve_learners": 0}


def _whole(number: object) -> int:
    return 0 if number is None else round(float(number))


def _frame(connection: sa.Connection, query: str, values: Mapping) -> pd.DataFrame:
    """Rows of a query as they come: no number is turned into a float, no null into a NaN."""
    result = connection.execute(sa.text(query), values)
    return pd.DataFrame([dict(row) for row in result.mappings()], columns=list(result.keys()), dtype=object)


def _insert(connection: sa.Connection, table: str, rows: list[dict]) -> None:
    if rows:
        columns = [sa.column(name) for name in rows[0]]
        connection.execute(sa.insert(sa.table(table, *columns, schema="published")), rows)


_FIGURE_KEY = ("measure_id", "month_start", "breakdown", "breakdown_value")
_FIGURE_COLUMNS = (
    *_FIGURE_KEY, "numerator_count", "denominator_count", "value", "symbol", "lower_bound", "upper_bound",
    "lower_value", "upper_value",
)  # fmt: skip
_MEASURE_COLUMNS = (
    "measure_id", "title", "why_it_matters", "numerator", "denominator", "kind", "better", "unit", "decimals", "owner",
    "checker", "next_review", "cadence", "mission", "delivery_plan", "priority", "law_value", "law_reference",
    "lag_days", "rows_are", "counted_in", "reported_in", "recording_breaks",
    "within_measure_id",
)  # fmt: skip

_ENDS = ((0, "low"), (1, "high"))

_APPROVED = """
    select max(edition_id) filter (where status = 'approved') as edition_id, max(edition_id) as newest
    from published.editions
    where la_code = :la and month = :month
    having bool_or(status = 'approved')
"""
_CHECKS = """
    with in_use as (
        select unnest(cast(:sources as text[])) as source, unnest(cast(:deliveries as bigint[])) as delivery_id
    ),
    judged as (
        select 'source' as border, c.* from ops.check as c
        inner join in_use as u on c.delivery_id = u.delivery_id and c.subject = u.source
        union all
        select 'mart', c.* from ops.check as c where c.build_id = :build
    )
    select border, subject, because, on_failure, count(*) as judged_count,
        count(*) filter (where not passed) as broken_count, sum(evaluated_count) as checked_count,
        sum(unexpected_count) as unexpected_count
    from judged
    group by border, subject, because, on_failure
    order by border, subject, because, on_failure
"""
_NEW_EDITION = """
    insert into published.editions (
        la_code, month, known_at, code_version, deliveries_sha256, content_sha256, is_made_up, supersedes
    )
    values (
        :la, :month, :known_at, :code, :deliveries, :content, :made_up,
        (select max(edition_id) from published.editions where la_code = :la and month = :month)
    )
    returning edition_id
"""
_FIGURES = """
    select la_code, measure_id, month_start, breakdown, breakdown_value, numerator_count, denominator_count, value,
        contributor_count
    from {schema}.fct_measures
    where la_code = :la and month_start <= :month
    order by measure_id, month_start, breakdown, breakdown_value
"""
_TOTALS = """
    select * from {schema}.fct_repatriation_totals
    where la_code = :la and month_start <= :month
    order by month_start, basis
"""
_LEFT_OUT = """
    with this_year as (
        select r.* from {schema}.fct_repatriations as r
        inner join {schema}.dim_months as m on r.financial_year = m.financial_year
        where r.la_code = :la and m.month_start = :month and r.kind <> 'forecast' and r.moved_on <= m.month_end
    )
    select 'left_out' as topic, excluded_reason as reason, count(*) as line_count
    from this_year where kind = 'move' and excluded_reason is not null group by excluded_reason
    union all
    select 'safety_valve_only', case when destination = 'bexley_post_16' then destination else origin end, count(*)
    from this_year where kind = 'move' and counts_for_safety_valve and not counts_for_promise group by 2
    union all
    select 'reversal', 'back_later', count(*) from this_year where kind = 'reversal' and counts_for_promise
    union all
    select 'transition', case when is_key_transition then 'key_transition' else 'other_time' end, count(*)
    from this_year where kind = 'move' and counts_for_promise group by 2
    order by 1, 2
"""
_NATIONAL = """
    select area, area_name, indicator, time_period, period_year, value, symbol, unit, is_derived, dataset, release_year
    from {schema}.fct_national
    where la_code = :la and area <> 'neighbour'
    order by dataset, release_year, indicator, time_period, area
"""
_COMPARATORS = """
    select * from {schema}.fct_comparators
    where la_code = :la
    order by measure_id, comparator, area_name
"""
_RECONCILIATIONS = """
    select * from {schema}.fct_reconciliations
    where la_code = :la
    order by figure, period, breakdown, breakdown_value
"""
_DELIVERIES_IN_USE = """
    select source, delivery_id, delivery_month, received_at, sha256, rows_read
    from {schema}.fct_deliveries_in_use
    where la_code = :la
    order by source, delivery_id
"""
# How far the newest figure of each measure can be relied on: the month that its page shows.
_KITEMARKS = """
    with newest as (
        select measure_id, max(month_start) as month_start from {schema}.fct_measures
        where la_code = :la and month_start <= :month and breakdown = 'all'
        group by measure_id
    )
    select k.measure_id, k.month_start, k.part, k.state, k.reason
    from {schema}.fct_kitemarks as k
    inner join newest as n on k.measure_id = n.measure_id and k.month_start = n.month_start
    where k.la_code = :la
    order by k.measure_id, k.part
"""
_EARLIER_POINTS = """
    select distinct financial_year, clock, component, month_start, learners
    from published.held_counts
    where la_code = :la
    order by financial_year, clock, component, month_start, learners
"""
_EARLIER_CELLS = """
    select distinct on (f.measure_id, f.month_start, f.breakdown, f.breakdown_value, f.symbol)
        f.measure_id, f.month_start, f.breakdown, f.breakdown_value, f.symbol, f.numerator_count, f.denominator_count
    from published.figures as f
    inner join published.measures as m on f.edition_id = m.edition_id and f.measure_id = m.measure_id
    where f.la_code = :la and not m.is_cumulative and f.symbol in ('', 'c')
    order by f.measure_id, f.month_start, f.breakdown, f.breakdown_value, f.symbol, f.edition_id desc
"""
_EARLIER_FIGURES = """
    select f.measure_id, f.month_start, f.breakdown, f.breakdown_value, f.value
    from published.figures as f
    inner join published.measures as m on f.edition_id = m.edition_id and f.measure_id = m.measure_id
    where f.la_code = :la and m.is_cumulative and f.symbol = '' and f.as_of_month = f.month_start
    order by f.edition_id
"""
_EARLIER_ITEMS = """
    select month_start, basis, item, value
    from published.repatriations
    where la_code = :la and symbol = '' and as_of_month = month_start and item not like '%:%'
    order by edition_id
"""
