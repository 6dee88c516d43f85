"""The tables of an edition: CSV files in the shape of DfE's data files, and one workbook (OpenDocument).

Numbers are rounded as paper and dashboard print them. Where there is no number stands DfE's symbol for why: c, x, z, low.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

import yaml

from send_data import coming, ods, pages, sentences
from send_data import words as wording
from send_data.disclosure import HELD_BACK
from send_data.ods import Cell, Link, Month, Sheet, Symbol
from send_data.pages import SHARES
from send_data.published import Edition
from send_data.settings import settings

FOLDER = "data"
CONFIDENTIAL, UNAVAILABLE, NOT_APPLICABLE, LOW = (Symbol(name) for name in ("c", "x", "z", "low"))
TOTAL = "Total"
# With these a spreadsheet begins a formula, in full width too.
FORMULA_BEGINS = tuple("=+-@＝＋－＠")

Row = Mapping[str, Cell]


def files(edition: Edition) -> dict[str, bytes]:
    """Every file of `data/`: name within the edition's folder -> content."""
    spec, tables = read_spec(), build_tables(edition)
    written = {
        f"{name}.csv": csv_bytes(spec["tables"][name]["columns"], rows)
        for name, rows in tables.items() if name not in ("latest", "by_month", "by_group")
    }  # fmt: skip
    written["figures.meta.csv"] = csv_bytes(EES_COLUMNS, ees_rows(spec))
    written["tables.ods"] = _workbook(edition, tables, "the figures of the month")
    return {f"{FOLDER}/{name}": content for name, content in written.items()}


def measure_csv(edition: Edition, measure_id: str) -> bytes:
    """Every figure of one measure, in the columns of `figures.csv`. KeyError when there is no such measure."""
    of_measure = _only(edition, measure_id)
    return csv_bytes(read_spec()["tables"]["figures"]["columns"], figure_rows(of_measure))


def measure_ods(edition: Edition, measure_id: str) -> bytes:
    """One measure as a workbook: month by month, its latest figures by group, what it counts. KeyError as above."""
    of_measure = _only(edition, measure_id)
    return _workbook(of_measure, measure_tables(of_measure), of_measure.measures[0]["title"])


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
    latest = latest_rows(edition)
    newest = {row["measure_id"]: row["month"] for row in latest}
    return {
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
        **{name: of_measures[name] for name in ("latest", "by_month", "by_group")},
        "figures": figure_rows(edition),
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


def _sides(figures: Iterable[Mapping]) -> dict[str, set[str]]:
    """Which of numerator and denominator a measure ever shows: what it never shows does not apply to it."""
    sides: dict[str, set[str]] = {}
    for row in figures:
        found = sides.setdefault(row["measure_id"], set())
        found |= {side for side in ("numerator_count", "denominator_count") if row[side] is not None}
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
        "counted_in": measure["counted_in"] or (NOT_APPLICABLE if not sides else measure["rows_are"]),
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
    """What stands where a figure has no number: hidden, or held back until a difference is explained."""
    return UNAVAILABLE if row["symbol"] == HELD_BACK else CONFIDENTIAL


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


def latest_rows(edition: Edition) -> list[Row]:
    """Of every measure the figure that paper and dashboard show, with its lines."""
    words, month = _words(), edition.header["month"]
    rows, series = {}, pages.figures_by_measure(edition.figures)
    for row in figure_rows(edition._replace(figures=[r for r in edition.figures if r["breakdown"] == "all"])):
        if row["month"] <= month:
            rows[row["measure_id"]] = row
    found = []
    for page in pages.measure_pages(edition, words):
        row = rows.get(page.measure["measure_id"])
        if row is not None:
            shown = sentences.latest(series[page.measure["measure_id"]][pages.TOTAL], month)
            found.append(row | _lines(page.measure, shown.month_start) | {"standing": page.standing.words})
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


def column_rows(spec: Mapping) -> list[Row]:
    """What each column of each file means."""
    return [
        {"file": f"{name}.csv", "column": column, "heading": spec["columns"][column][0],
         "kind": kind_of(column, spec), "meaning": spec["columns"][column][1]}
        for name, table in spec["tables"].items() if name not in ("latest", "by_month", "by_group")
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
    if isinstance(cell, int | Decimal):
        return format(cell, "f")
    if isinstance(cell, date):
        return cell.isoformat()
    text = ods.clean(cell)
    return f"'{text}" if text.startswith(FORMULA_BEGINS) else text


def _workbook(edition: Edition, tables: Mapping[str, Sequence[Row]], of_what: str) -> bytes:
    spec, words = read_spec(), _words()
    sheets = [_sheet(spec["tables"][name], rows, spec) for name, rows in tables.items() if "sheet" in spec["tables"][name]]
    month = sentences.month_name(edition.header["month"])
    about = {
        "title": f"SEND figures of {month}: {of_what}",
        "creator": words["partnership"],
        "description": " ".join(_standing_of(edition)),
    }
    front = [_cover(about["title"], edition, words, spec), _contents(sheets), _notes(spec)]
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
    said = [f"Edition {header['edition_id']}, {header['status']}. Everything known by {known_on}."]
    if header["supersedes"]:
        said.append(f"It replaces edition {header['supersedes']}.")
    if header["is_made_up"]:
        said.append(
            "This borough is made up: every child, plan and pound in it was invented. Nothing here says anything about "
            "real children. Only what the Department for Education publishes is real."
        )
    return said


def _cover(title: str, edition: Edition, words: Mapping, spec: Mapping) -> Sheet:
    return Sheet("Cover", title, [
        words["partnership"],
        *_standing_of(edition),
        "How to use it: “Contents” lists the sheets, “Notes” explains the symbols. Each sheet has one table, which "
        "begins in column A. The same figures, and more of them, stand in the CSV files beside this workbook.",
        "No number from 1 to 4 that counts children is in it, and none can be found by taking one number from another.",
        f"Questions: {spec['contact']}.",
    ])  # fmt: skip


def _contents(sheets: Sequence[Sheet]) -> Sheet:
    rows = [[Link(sheet.name, sheet.name), sheet.title] for sheet in (Sheet("Notes", "What the symbols mean", []), *sheets)]
    return Sheet("Contents", "Contents", ["This sheet contains one table."], ["Sheet", "What it holds"], rows)


def _notes(spec: Mapping) -> Sheet:
    rows = [[symbol, meaning] for symbol, meaning in spec["symbols"].items()]
    return Sheet(
        "Notes", "What the symbols mean", ["This sheet contains one table."], ["Symbol", "Meaning"],
        [[Symbol(symbol), meaning] for symbol, meaning in rows],
    )  # fmt: skip


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
