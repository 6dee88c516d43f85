"""The tables of an edition: CSV files in the shape of DfE's data files, and one workbook (OpenDocument).

Numbers are rounded as paper and dashboard print them. Where there is none stands DfE's symbol for why: c, x, z, low.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

import yaml

from send_data import agreement, change, coming, ods, pages, sentences
from send_data import words as wording
from send_data.disclosure_rules import RuleSet, dfe_symbol, rule_set_of
from send_data.history import IN_FULL
from send_data.ods import Cell, Link, Month, Sheet, Symbol
from send_data.pages import SHARES
from send_data.published import Edition
from send_data.settings import settings

FOLDER = "data"
CONFIDENTIAL, UNAVAILABLE, NOT_APPLICABLE, LOW = (Symbol(name) for name in ("c", "x", "z", "low"))
TOTAL = "Total"
# Parts of figures.csv, laid out for people.
IN_WORKBOOK_ONLY = ("latest", "by_month", "by_group")
# With these a spreadsheet begins a formula, in full width too.
FORMULA_BEGINS = tuple("=+-@＝＋－＠")

Row = Mapping[str, Cell]


def files(edition: Edition) -> dict[str, bytes]:
    """Every file of `data/`, and of `data/public/` for everybody: name within the edition's folder -> content."""
    return {
        f"{folder}{name}": content
        for folder in (f"{FOLDER}/", f"{FOLDER}/public/")
        for name, content in table_files(edition.for_output(folder), rule_set_of(folder)).items()
    }


def table_files(edition: Edition, rules: RuleSet) -> dict[str, bytes]:
    """The tables of an edition as a tier may see it: name -> content. What the public may not see has no file there."""
    spec, tables = read_spec(), build_tables(edition)
    if rules.tier != "board":
        tables = {name: rows for name, rows in tables.items() if rows}
        tables["columns"] = [row for row in tables["columns"] if row["file"].removesuffix(".csv") in tables]
    written = {
        f"{name}.csv": csv_bytes(spec["tables"][name]["columns"], rows)
        for name, rows in tables.items() if name not in IN_WORKBOOK_ONLY
    }  # fmt: skip
    written["figures.meta.csv"] = csv_bytes(EES_COLUMNS, ees_rows(spec))
    written["tables.ods"] = _workbook(edition, tables, rules)
    return written


def measure_csv(edition: Edition, measure_id: str) -> bytes:
    """Every figure of one measure, in the columns of `figures.csv`. KeyError when there is no such measure."""
    of_measure = _only(edition, measure_id)
    return csv_bytes(read_spec()["tables"]["figures"]["columns"], figure_rows(of_measure))


def measure_ods(edition: Edition, measure_id: str) -> bytes:
    """One measure as a workbook: month by month, its latest figures by group, what it counts. KeyError as above."""
    of_measure = _only(edition, measure_id)
    tables, title = measure_tables(of_measure), of_measure.measures[0]["title"]
    return _workbook(of_measure, tables, rule_set_of("dashboard/"), title)


def _only(edition: Edition, measure_id: str) -> Edition:
    measures = [row for row in edition.measures if row["measure_id"] == measure_id]
    if not measures:
        raise KeyError(measure_id)
    return edition._replace(measures=measures, figures=[r for r in edition.figures if r["measure_id"] == measure_id])


def read_spec() -> dict:
    """What `tables.yml` says: places, symbols, columns and tables."""
    return _read(settings().templates_dir)[0]


def _words() -> dict:
    return _read(settings().templates_dir)[1]


@cache
def _read(folder: Path) -> tuple[dict, dict]:
    """The words of the tables and of the paper: read once, for they are asked for with every measure."""
    return yaml.safe_load((folder / "tables.yml").read_text()), wording.words()


def measure_tables(edition: Edition) -> dict[str, list[Row]]:
    """The tables that one measure, or all of them, have: {name of the table: rows}."""
    rows = figure_rows(edition)
    latest = latest_rows(edition, rows)
    newest = {row["measure_id"]: row["month"] for row in latest}
    return {
        "figures": rows,
        "latest": latest,
        "by_month": [row for row in rows if row["breakdown_topic_id"] == "all"],
        "by_group": [
            row for row in rows
            if row["breakdown_topic_id"] != "all" and row["month"] == newest.get(row["measure_id"])
        ],
        "definitions": definition_rows(edition),
    }  # fmt: skip


def build_tables(edition: Edition) -> dict[str, list[Row]]:
    """Every table of the edition: {name of the table: rows by column}."""
    of_measures = measure_tables(edition)
    return {
        **{name: of_measures[name] for name in (*IN_WORKBOOK_ONLY, "figures")},
        "repatriation": repatriation_rows(edition),
        "falling_due": falling_due_rows(edition),
        "forecasts": forecast_rows(edition),
        "forecast_misses": miss_rows(edition),
        "comparators": comparator_rows(edition),
        "national": national_rows(edition),
        "agreement": agreement_rows(edition),
        "control_charts": chart_rows(edition),
        "actions": action_rows(edition),
        "recommendations": recommendation_rows(edition),
        "revisions": revision_rows(edition),
        "data_quality": quality_rows(edition),
        "sources": source_rows(edition),
        "definitions": of_measures["definitions"],
        "columns": column_rows(read_spec()),
    }


def figure_rows(edition: Edition) -> list[Row]:
    """Every figure in DfE's tidy shape."""
    words, spec = _words(), read_spec()
    measures = {row["measure_id"]: row for row in edition.measures}
    area = spec["place"] | {"old_la_code": edition.header["la_code"], "la_name": words["borough"]}
    has = _sides(edition.figures)
    return [
        area | _figure_row(row, measures[row["measure_id"]], has[row["measure_id"]], words, spec)
        for row in edition.figures
    ]


def _sides(figures: Sequence[Mapping]) -> dict[str, set[str]]:
    """Which of numerator and denominator a measure has: what none of its figures shows does not apply to it."""
    sides: dict[str, set[str]] = {}
    has_value = {row["measure_id"] for row in figures if row["value"] is not None}
    for row in figures:
        is_there = row["measure_id"] not in has_value
        found = sides.setdefault(row["measure_id"], set())
        found |= {side for side in ("numerator_count", "denominator_count") if is_there or row[side] is not None}
    return sides


def _figure_row(row: Mapping, measure: Mapping, sides: set[str], words: Mapping, spec: Mapping) -> Row:
    month, symbol = row["month_start"], symbol_of(row)
    label = words["breakdown_values"].get(row["breakdown"], {}).get(row["breakdown_value"])
    return {
        "time_period": str(month.year),
        "time_identifier": sentences.MONTHS[month.month - 1],
        "priority": words["priorities"].get(measure["priority"], measure["priority"]),
        "measure": measure["title"],
        "measure_id": row["measure_id"],
        "breakdown_topic": TOTAL if row["breakdown"] == "all" else words["breakdowns"][row["breakdown"]],
        "breakdown": TOTAL if row["breakdown"] == "all" else pages.value_label(row["breakdown_value"], label),
        "breakdown_topic_id": row["breakdown"],
        "breakdown_id": row["breakdown_value"],
        "period": sentences.period_name(measure, month),
        "month": Month(month.year, month.month, 1),
        "as_of_month": _month(row["as_of_month"]),
        "unit": spec["units"].get(measure["unit"], measure["unit"]),
        "counted_in": measure["counted_in"] or spec["counted"][measure["rows_are"]] if sides else NOT_APPLICABLE,
        "value": number(measure, row["value"], symbol),
        "numerator": count_of(measure, row["numerator_count"], symbol, "numerator_count" in sides),
        "denominator": count_of(measure, row["denominator_count"], symbol, "denominator_count" in sides),
        **_range_of(row, measure, symbol),
    }


def _range_of(row: Mapping, measure: Mapping, symbol: Symbol) -> Row:
    """Between what the hidden figure lies; a figure that is shown needs no range."""
    if row["value"] is not None:
        return dict.fromkeys(("value_low", "value_high", "numerator_low", "numerator_high"), NOT_APPLICABLE)
    return {
        "value_low": number(measure, row["lower_value"], symbol),
        "value_high": number(measure, row["upper_value"], symbol),
        "numerator_low": count_of(measure, row["lower_bound"], symbol, True),
        "numerator_high": count_of(measure, row["upper_bound"], symbol, True),
    }


def symbol_of(row: Mapping) -> Symbol:
    """What stands where a figure has no number, as `disclosure_symbols.csv` says."""
    return Symbol(dfe_symbol(row["symbol"], has_value=False))


def number(measure: Mapping, value: Decimal | None, symbol: Symbol) -> Cell:
    """A value in the unit of its measure, rounded as it is printed: shares as percentages, money in pounds."""
    if value is None:
        return symbol
    unit, decimals = measure["unit"], int(measure["decimals"])
    if unit == "percent":
        rounded = sentences.percent_number(value, decimals)
        return LOW if 0 < Decimal(str(value)) * 100 < Decimal(1).scaleb(-decimals) / 2 else rounded
    exact = Decimal(str(value)) * (100 if unit in SHARES else 1)
    return _rounded(exact, 0 if unit == "gbp" else decimals)


def count_of(measure: Mapping, count: Decimal | None, symbol: Symbol, applies: bool) -> Cell:
    """A numerator or denominator as it is printed: whole, people in full-time equivalents to one decimal."""
    if count is None:
        return symbol if applies else NOT_APPLICABLE
    return _rounded(Decimal(str(count)), 1 if measure["counted_in"] == "fte" else 0)


def _rounded(exact: Decimal, decimals: int) -> Cell:
    """Rounded as in print; what is not 0 and rounds to 0 is said to be low."""
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return LOW if rounded == 0 != exact else abs(rounded) if rounded == 0 else rounded


def latest_rows(edition: Edition, rows: Iterable[Row]) -> list[Row]:
    """Of every measure the figure that paper and dashboard show, with its lines; `rows` are its figures."""
    words, month = _words(), edition.header["month"]
    totals = {(row["measure_id"], row["month"]): row for row in rows if row["breakdown_topic_id"] == "all"}
    series = pages.figures_by_measure(row for row in edition.figures if row["breakdown"] == "all")
    found = []
    for measure in pages.in_order(edition.measures, words):
        shown = sentences.latest(series.get(measure["measure_id"], {}).get(pages.TOTAL, []), month)
        if shown is not None:
            row = totals[measure["measure_id"], shown.month_start]
            standing = sentences.standing(measure, shown).words
            found.append(row | _lines(measure, shown.month_start) | {"standing": standing})
    return found


def _lines(measure: Mapping, month: date) -> Row:
    target, law = sentences.target_of(measure, month), sentences.law_of(measure)
    return {
        "target": number(measure, target and target.value, NOT_APPLICABLE),
        "law": number(measure, law and law.value, NOT_APPLICABLE),
    }


def definition_rows(edition: Edition) -> list[Row]:
    """What each measure counts, why, by which law, and who answers for it."""
    words, spec = _words(), read_spec()
    return [
        {
            **row,
            **_lines(row, edition.header["month"]),
            "measure": row["title"],
            "priority": words["priorities"].get(row["priority"], row["priority"]),
            "counts": row["numerator"],
            "out_of": row["denominator"],
            "unit": spec["units"].get(row["unit"], row["unit"]),
            "target_label": "; ".join(_target_words(target) for target in row["targets"]),
            "sources": ", ".join(row["sources"]),
        }
        for row in edition.measures
    ]


def _target_words(target: Mapping) -> str:
    source = f" ({target['source']})" if target.get("source") else ""
    return f"{target.get('label') or target['value']}{source}"


def repatriation_rows(edition: Edition) -> list[Row]:
    """The ledger of moves in totals."""
    words, spec = _words(), read_spec()
    rows = []
    for row in edition.repatriations:
        item, _, reason = row["item"].partition(":")
        symbol = CONFIDENTIAL if row["value"] is None else NOT_APPLICABLE
        rows.append(
            {
                "financial_year": row["financial_year"],
                "month": _month(row["month_start"]),
                "basis": spec["bases"][row["basis"]],
                "item": spec["items"].get(item, item),
                "reason": words[item].get(reason, reason) if reason else NOT_APPLICABLE,
                "unit": spec["units"]["gbp"] if row["unit"] == "gbp" else row["unit"],
                "value": _whole(row["value"], symbol),
                "range_low": _whole(row["lower_bound"], symbol),
                "range_high": _whole(row["upper_bound"], symbol),
                "target": _whole(row["target_value"], NOT_APPLICABLE),
                "as_of_month": _month(row["as_of_month"]),
            }
        )
    return rows


def falling_due_rows(edition: Edition) -> list[Row]:
    """What falls due, by kind and by case team; what is not there is none."""
    words = _words()
    teams = coming.teams(edition.falling_due_by_team)
    kinds = [("kind", row, words["due_kinds"][row["kind"]]) for row in edition.falling_due]
    by_team = [("case team", row, teams[row["case_team"]]) for row in edition.falling_due_by_team]
    return [
        {
            "counted_by": counted_by,
            "what": label,
            "due": words["due_bands"][row["due_band"]],
            "range_low": row["lower_bound"],
            "range_high": row["upper_bound"],
        }
        for counted_by, row, label in (*kinds, *by_team)
    ]


def forecast_rows(edition: Edition) -> list[Row]:
    """Forecasts of every scenario, with the range that should hold the truth four times in five."""
    labels, spec = _words()["breakdown_values"], read_spec()
    return [
        {
            "scenario": row["label"],
            "academic_year": row["academic_year"],
            "forecast_on": row["as_of_on"],
            "years_ahead": row["years_ahead"],
            "forecast": spec["forecasts"][row["measure"]],
            "setting_type": labels["setting_type"].get(row["setting_type"], "All"),
            "age": "All" if row["age"] == "all" else row["age"],
            "primary_need": labels["primary_need"].get(row["primary_need"], "All"),
            "unit": spec["units"]["gbp" if row["measure"] == "cost_gbp" else "count"],
            "value": _whole(row["value"], CONFIDENTIAL),
            "value_low": _whole(row["lower_value"], CONFIDENTIAL),
            "value_high": _whole(row["upper_value"], CONFIDENTIAL),
        }
        for row in edition.forecasts
    ]


def miss_rows(edition: Edition) -> list[Row]:
    """By how much of what came the same method missed, in per cent to one decimal, as it is printed."""
    spec = read_spec()
    return [
        {
            "forecast": spec["forecasts"][row["measure"]],
            "academic_year": row["academic_year"],
            "years_ahead": row["years_ahead"],
            "miss": UNAVAILABLE if row["error_rate"] is None else round(row["error_rate"] * 100, 1),
        }
        for row in edition.forecast_errors
    ]


def comparator_rows(edition: Edition) -> list[Row]:
    """What DfE publishes of our measures."""
    spec, titles = read_spec(), _titles(edition)
    return [
        {
            **row,
            **_of_dfe(row, row["value"]),
            "measure": titles[row["measure_id"]],
            "comparator": spec["comparators"].get(row["comparator"], row["comparator"]),
            "rank": NOT_APPLICABLE if row["rank_place"] is None else row["rank_place"],
            "quarter": NOT_APPLICABLE if row["quartile"] is None else row["quartile"],
            "ranked": row["ranked_count"],
            "ranked_by": row["ranked_by"].replace("_", " "),
        }
        for row in edition.comparators
    ]


def national_rows(edition: Edition) -> list[Row]:
    """Everything else that DfE publishes for the borough, London and England."""
    return [row | _of_dfe(row, row["value"]) for row in edition.national]


def agreement_rows(edition: Edition) -> list[Row]:
    """DfE's figures of the borough counted again from our records."""
    titles = _titles(edition)
    return [
        {
            **row,
            **_of_dfe(row | {"time_period": row["period"]}, row["dfe_value"]),
            "figure": row["title"],
            "measure": titles[row["measure_id"]],
            "dfe_value": _of_dfe(row | {"time_period": row["period"]}, row["dfe_value"])["value"],
            "parts": row["part_count"],
            "difference": NOT_APPLICABLE if row["about_difference"] is None else row["about_difference"],
            "state": row["state"].replace("_", " "),
        }
        for row in edition.reconciliations
    ]


def _of_dfe(row: Mapping, value: Decimal | None) -> Row:
    """Period, unit and value of what DfE publishes, with DfE's own symbol where there is no value."""
    symbol = row.get("symbol")
    none = (
        Symbol(symbol) if symbol in read_spec()["symbols"] else NOT_APPLICABLE if row.get("part_count") else UNAVAILABLE
    )
    return {
        "dfe_period": agreement.period_name(row["time_period"]),
        "unit": read_spec()["units"][row["unit"]],
        "value": none if value is None else Decimal(value).normalize() + 0,
    }


def chart_rows(edition: Edition) -> list[Row]:
    """The control chart of each monthly measure: mean and limits as they are printed, and what the month signals."""
    measures, spec = {row["measure_id"]: row for row in edition.measures}, read_spec()
    return [_chart_row(row, measures[row["measure_id"]], spec) for row in edition.control_charts]


def _chart_row(row: Mapping, measure: Mapping, spec: Mapping) -> Row:
    finer = change.finer(measure)
    none = UNAVAILABLE if row["spc_state"] == "not_shown" else NOT_APPLICABLE
    return {
        "measure": measure["title"],
        "measure_id": row["measure_id"],
        "month": _month(row["month_start"]),
        "unit": spec["units"].get(measure["unit"], measure["unit"]),
        "mean": number(finer, row["mean"], none),
        "lower_limit": number(finer, row["lower_limit"], none),
        "upper_limit": number(finer, row["upper_limit"], none),
        "signal": row["special_cause"],
        "chart_state": row["spc_state"].replace("_", " "),
        "restart_reason": row["restart_reason"],
    }


def action_rows(edition: Edition) -> list[Row]:
    """The delivery plan: whether each action is done, and apart from that what its measures show."""
    return [
        row
        | {"is_done": row["action_status"].replace("_", " "), "did_it_work": row["measure_signal"].replace("_", " ")}
        for row in edition.actions
    ]


def recommendation_rows(edition: Edition) -> list[Row]:
    """The recommendations of the improvement notice, and what their measures show."""
    return [row | {"did_it_work": row["measure_signal"].replace("_", " ")} for row in edition.recommendations]


def revision_rows(edition: Edition) -> list[Row]:
    """What this edition says otherwise of earlier months, and why."""
    words, spec = _words(), read_spec()
    measures = {row["measure_id"]: row for row in edition.measures}
    return [
        {
            "measure": measures[row["measure_id"]]["title"],
            "measure_id": row["measure_id"],
            "month": _month(row["month_start"]),
            "unit": spec["units"].get(measures[row["measure_id"]]["unit"], measures[row["measure_id"]]["unit"]),
            "was": number(measures[row["measure_id"]], row["was_value"], _untold(row)),
            "now": number(measures[row["measure_id"]], row["is_value"], _untold(row)),
            "how": words["revisions"][row["shown"]] or NOT_APPLICABLE,
            "why": "; ".join(words["revisions"][reason] for reason in row["reasons"]),
        }
        for row in edition.revisions
    ]


def _untold(row: Mapping) -> Symbol:
    """Where the two are put side by side, an empty one is a month without a figure."""
    return UNAVAILABLE if row["shown"] == IN_FULL else CONFIDENTIAL


def quality_rows(edition: Edition) -> list[Row]:
    """The kitemark of each measure, part by part."""
    words, titles = _words(), _titles(edition)
    return [
        {
            "measure": titles[row["measure_id"]],
            "measure_id": row["measure_id"],
            "month": _month(row["month_start"]),
            "part": words["kitemark"].get(row["part"], row["part"]),
            "quality": row["state"].replace("_", " "),
            "reason": row["reason"],
        }
        for row in edition.kitemarks
    ]


def source_rows(edition: Edition) -> list[Row]:
    """The sources: which delivery is in use, and what of it was set aside."""
    return [
        {
            **row,
            "delivery_month": _month(row["delivery_month"]),
            "received_on": row["received_at"].date() if row["received_at"] else NOT_APPLICABLE,
            "set_aside_low": NOT_APPLICABLE if row["quarantined_low"] is None else row["quarantined_low"],
            "set_aside_high": NOT_APPLICABLE if row["quarantined_high"] is None else row["quarantined_high"],
        }
        for row in edition.sources
    ]


def _titles(edition: Edition) -> dict[str, str]:
    return {row["measure_id"]: row["title"] for row in edition.measures}


def _whole(value: Decimal | None, symbol: Symbol) -> Cell:
    """Pounds and people in whole numbers, as they are printed."""
    return symbol if value is None else _rounded(Decimal(str(value)), 0)


def column_rows(spec: Mapping) -> list[Row]:
    """What each column of each file means."""
    return [
        {"file": f"{name}.csv", "column": column, "heading": spec["columns"][column][0],
         "kind": kind_of(column, spec), "meaning": spec["columns"][column][1]}
        for name, table in spec["tables"].items() if name not in IN_WORKBOOK_ONLY
        for column in table["columns"]
    ]  # fmt: skip


def kind_of(column: str, spec: Mapping) -> str:
    """What a column is for: time, place, filter, indicator, or about."""
    if column in ("time_period", "time_identifier"):
        return "time"
    if column in spec["place"] or column in ("old_la_code", "la_name"):
        return "place"
    if column in EES_FILTERS:
        return "filter"
    return "indicator" if column in EES_INDICATORS else "about"


def ees_rows(spec: Mapping) -> list[Row]:
    """The metadata file that DfE's service asks for beside a data file: its filters and indicators."""
    rows = []
    for column in spec["tables"]["figures"]["columns"]:
        is_filter = column in EES_FILTERS
        if not is_filter and column not in EES_INDICATORS:
            continue
        heading, meaning = spec["columns"][column]
        rows.append(
            dict.fromkeys(EES_COLUMNS, "")
            | {"col_name": column, "col_type": "Filter" if is_filter else "Indicator", "label": heading}
            | ({"filter_hint": meaning, "filter_grouping_column": EES_FILTERS[column]} if is_filter else {})
            | ({"indicator_grouping": "Figures", "indicator_dp": "2"} if not is_filter else {})
        )
    return rows


def csv_bytes(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Rows as CSV: UTF-8 without a byte order mark, a header, ISO dates, lines that end in LF."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([csv_text(row.get(column)) for column in columns])
    return target.getvalue().encode()


def csv_text(cell: Cell | None) -> str:
    """A cell as text that no spreadsheet takes for a formula: an apostrophe before what would begin one."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, date):
        return cell.isoformat()
    text = ods.clean(cell)
    return f"'{text}" if text.startswith(FORMULA_BEGINS) else text


def _workbook(edition: Edition, tables: Mapping[str, Sequence[Row]], rules: RuleSet, of_what: str = "") -> bytes:
    spec, words = read_spec(), _words()
    printed = [(spec["tables"][name], rows) for name, rows in tables.items() if "sheet" in spec["tables"][name]]
    sheets = [_sheet(table, rows, spec) for table, rows in printed if rows]
    month = sentences.month_name(edition.header["month"])
    about = {
        "title": f"SEND figures of {month}" + (f": {of_what}" if of_what else ""),
        "creator": words["partnership"],
        "description": " ".join(_standing_of(edition)),
    }
    sheets = [_notes(spec), *sheets]
    front = [_cover(about["title"], edition, words, spec["protection"][rules.tier]), _contents(sheets)]
    return ods.workbook([*front, *sheets], about, edition.header["known_at"].astimezone(UTC))


def _sheet(table: Mapping, rows: Sequence[Row], spec: Mapping) -> Sheet:
    return Sheet(
        name=table["sheet"],
        title=table["title"],
        sentences=["This sheet contains one table. The sheet “Notes” explains what stands in square brackets."],
        headings=[spec["columns"][column][0] for column in table["columns"]],
        rows=[[_filled(row.get(column)) for column in table["columns"]] for row in rows],
    )


def _filled(cell: Cell | None) -> Cell:
    """No cell of a table is left blank."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return NOT_APPLICABLE if cell is None or cell == "" else cell


def _standing_of(edition: Edition) -> list[str]:
    """What the edition is: its number, whether it is approved, and that it is made up."""
    header = edition.header
    known_on = sentences.day_name(header["known_at"].date())
    said = [f"Edition {header['edition_id']}, {pages.status_words(header)}. Everything known by {known_on}."]
    if header["supersedes"]:
        said.append(f"It replaces edition {header['supersedes']}.")
    if header["is_made_up"]:
        said.append(
            "This borough is made up: every child, plan and pound in it was invented. Nothing here says anything about "
            "real children. Only what the Department for Education publishes is real."
        )
    return said


def _cover(title: str, edition: Edition, words: Mapping, protection: str) -> Sheet:
    return Sheet("Cover", title, [
        words["partnership"],
        *_standing_of(edition),
        "How to use it: “Contents” lists the sheets, “Notes” explains the symbols. Each sheet has one table, which "
        "begins in column A. The same figures, and more of them, stand in the CSV files beside this workbook.",
        protection,
        f"Questions: {read_spec()['contact']}.",
    ])  # fmt: skip


def _contents(sheets: Sequence[Sheet]) -> Sheet:
    rows = [[Link(sheet.name, sheet.name), sheet.title] for sheet in sheets]
    return Sheet("Contents", "Contents", ["This sheet contains one table."], ["Sheet", "What it holds"], rows)


def _notes(spec: Mapping) -> Sheet:
    rows = [[Symbol(symbol), meaning] for symbol, meaning in spec["symbols"].items()]
    above = ["This sheet contains one table.", spec["apostrophe"]]
    return Sheet("Notes", "Symbols", above, ["Symbol", "What it means"], rows)


def _month(day: date | None) -> Cell:
    return NOT_APPLICABLE if day is None else Month(day.year, day.month, 1)


# DfE's metadata file: its columns; the filters of figures.csv with the column that groups them; the indicators.
EES_COLUMNS = (
    "col_name", "col_type", "label", "indicator_grouping", "indicator_unit", "indicator_dp", "filter_hint",
    "filter_grouping_column",
)  # fmt: skip
EES_FILTERS = {"measure": "priority", "breakdown": "breakdown_topic"}
EES_INDICATORS = (
    "value", "numerator", "denominator", "value_low", "value_high", "numerator_low", "numerator_high",
)  # fmt: skip
