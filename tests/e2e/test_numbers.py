"""One calculation feeds every output: the numbers of the small borough's October edition, each found in the mart.

Takes every page, document and table of the edition apart (tests/printed.py says how) and looks each number up in
`published`; then every published figure in the mart of the build it rests on.
"""

import csv
import io
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from datetime import date
from decimal import Decimal
from html import unescape
from xml.etree import ElementTree

import pandas as pd
import pytest
import yaml

from send_data import commentary, seeds, tables
from send_data.disclosure_rules import rule_set_of
from send_data.settings import ROOT
from tests.borough import MONTHS, engine_of
from tests.printed import Finder, Number, Published, Reader, altered, drawn_values, literal_words, numbers_in, rows_of

TEMPLATES = ROOT / "include" / "templates"
TABLE, OFFICE = (f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("table", "office"))
DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


@pytest.fixture(scope="module")
def finders(borough) -> dict[str, Finder]:
    """By tier, who looks numbers up in October's edition, and for what was said before in September's."""
    wording = literal_words(path.read_text() for path in TEMPLATES.rglob("*.html"))
    wording |= {text for path in TEMPLATES.glob("*.yml") for text in texts(yaml.safe_load(path.read_text()))}
    wording |= {row["label"] for row in seeds.rows("reference", "breakdown_labels")}
    # The day by which managers write is a rule of words.yml, no row.
    wording |= {f"due by {commentary.due_on(date.fromisoformat(f'{MONTHS[-1]}-01'))}"}
    newest = "select max(edition_id) as e from published.editions where month = '{}-01'"
    september, october = (int(borough.query(newest.format(month)).e[0]) for month in MONTHS)
    with engine_of(borough.environment["SEND_HOME"], "board_reader").connect() as connection:
        earlier = Finder(Published(*rows_of(connection, september), ()))
        header, rows = rows_of(connection, october)
    no_range = dict.fromkeys(("lower_bound", "upper_bound", "lower_value", "upper_value"))
    public = rows | {"figures": [no_range | row for row in rows["public_figures"]]}
    return {
        "board": Finder(Published(header, rows, wording), earlier),
        "public": Finder(Published(header, public, wording)),
    }


@pytest.fixture(scope="module")
def finder(finders) -> Finder:
    """Looks up what the Board is given."""
    return finders["board"]


def texts(entry: object) -> list[str]:
    """Every text that a YAML file holds, however nested."""
    if isinstance(entry, dict | list):
        return [text for part in (entry.values() if isinstance(entry, dict) else entry) for text in texts(part)]
    return [entry] if isinstance(entry, str) else []


@pytest.fixture(scope="module")
def folder(borough):
    return borough.editions / MONTHS[-1]


@pytest.fixture(scope="module")
def pages(folder) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*.html"))}


@pytest.fixture(scope="module")
def complaints(finders, pages) -> list[str]:
    """What of all pages is not published; the finder then knows which figures each page has."""
    return [
        complaint
        for name, page in pages.items()
        for complaint in finders[rule_set_of(name).tier].complaints(name, page)
    ]


def test_every_number_of_every_page_is_published(complaints, pages):
    assert {"board-paper.html", "easy-read.html", "dashboard/index.html"} <= set(pages)
    assert complaints == []


def test_every_measure_is_looked_up_where_every_measure_is_printed(finder, complaints):
    """A figure that nothing marks would be looked up in nothing."""
    figures = finder.published.figures
    shown = {name: key for name, key in finder.latest.items() if figures[key]["value"] is not None}
    assert len(shown) > 20, "the small borough hides most figures"
    for name in ("board-paper.html", "dashboard/index.html"):
        assert set(shown.values()) - finder.found[name] == set()
    assert [n for n, key in shown.items() if key not in finder.found[f"dashboard/measures/{n}.html"]] == []


def test_an_altered_digit_is_found(finder, pages):
    """Of all digits of all marked figures; what is left unnoticed prints another number of the same figure."""
    noticed = Counter()
    for name in ("board-paper.html", "dashboard/index.html"):
        for block in Reader(pages[name], finder.published.measures).blocks:
            for changed in altered(block):
                noticed[bool(list(finder.judge(changed, name)))] += 1
    assert noticed[True] > 500
    assert noticed[False] / noticed.total() < 0.02


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("dashboard/index.html", r'data-figure="[^"]+">[^<]*?(\d)'),
        ("dashboard/measures/ehc_plans.html", r"everything known by (\d)"),
        ("dashboard/measures/plans_issued_within_20_weeks.html", r"Published by DfE</strong>[^<]*?(\d)[\d.]*%"),
        ("dashboard/due.html", r'<td class="number">fewer than (\d)'),
        ("dashboard/repatriation.html", r"£\d?(\d)"),
        ("easy-read.html", r'data-figure="[^"]+">[^<]*?(\d)'),
    ],
)
def test_a_page_with_one_wrong_digit_fails(finders, pages, name, place):
    page = pages[name]
    found = re.search(place, page, re.DOTALL)
    wrong, finder = str((int(found[1]) + 3) % 10), finders[rule_set_of(name).tier]
    assert finder.complaints(name, page) == []
    assert finder.complaints(name, page[: found.start(1)] + wrong + page[found.end(1) :]) != []


def test_charts_draw_what_is_published(finder, pages):
    """Dots and columns stand as high, by the chart's own ticks, as the figures of their months."""
    drawn = 0
    for measure_id in finder.published.measures:
        svg = re.search(r'<svg[^>]*class="chart".*?</svg>', pages[f"dashboard/measures/{measure_id}.html"], re.DOTALL)
        values = drawn_values(svg[0])
        shown = [row for row in totals(finder, measure_id) if row["value"] is not None]
        scale = 100 if finder.published.measures[measure_id]["unit"] in ("percent", "percent_change", "points",
                                                                         "per_100") else 1  # fmt: skip
        exact = [Decimal(str(row["value"])) * scale for row in shown]
        assert len(values) == len(exact), measure_id
        span = max([abs(value) for value in exact], default=Decimal(0)) or 1
        assert all(abs(v - e) <= span / 100 for v, e in zip(values, exact, strict=True)), measure_id
        drawn += len(values)
    assert drawn > 500


def totals(finder: Finder, measure_id: str) -> list[dict]:
    """A measure's totals of the 36 months that a chart has, in order."""
    month = finder.published.header["month"]
    first = month.replace(year=month.year - 3)
    return sorted(
        (row for row in finder.published.tables["figures"]
         if row["measure_id"] == measure_id and row["breakdown"] == "all" and first < row["month_start"] <= month),
        key=lambda row: row["month_start"],
    )  # fmt: skip


def digits_of(page: str, with_charts: bool) -> Counter:
    """The numbers of a page's words, and where asked of its charts; not of what only assistive technology reads."""
    blocks = Reader(page[page.index("<body") :], ()).blocks
    seen = [b for b in blocks if not (b.in_chart and (not with_charts or b.tag in ("title", "desc")))]
    return Counter(number for block in seen for number in DIGITS.findall(" ".join(text for text, _ in block.pieces)))


@pytest.mark.parametrize("name", ["board-paper", "easy-read"])
def test_the_pdf_has_the_numbers_of_the_page(folder, pages, name):
    """And beside them no more than the year and the numbers of its pages, at their foot and in the contents."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    command = ["pdftotext", "-raw", str(folder / f"{name}.pdf"), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    printed, page = Counter(DIGITS.findall(text)), digits_of(pages[f"{name}.html"], with_charts=True)
    count = text.count("\f")
    assert page - printed == Counter()
    more = printed - page
    assert set(more) <= {str(number) for number in range(1, count + 1)} | {MONTHS[-1][:4]}
    assert more.total() <= 3 * count + pages[f"{name}.html"].count('<a href="#')


def test_the_word_document_has_the_numbers_of_the_page(folder, pages):
    with zipfile.ZipFile(folder / "board-paper.docx") as parts:
        document = parts.read("word/document.xml").decode()
    paragraphs = re.findall(r"<w:p[ >].*?</w:p>", document, re.DOTALL)
    written = ["".join(re.findall(r"<w:t(?: [^>]*)?>(.*?)</w:t>", paragraph, re.DOTALL)) for paragraph in paragraphs]
    found = Counter(number for text in written for number in DIGITS.findall(unescape(text)))
    title = re.search("<title>(.*?)</title>", pages["board-paper.html"])[1]
    assert found == digits_of(pages["board-paper.html"], with_charts=False) + Counter(DIGITS.findall(title))


def read_csv(folder, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / "data" / name).read_bytes().decode())))


def test_every_figure_of_the_data_file_is_published(finder, folder):
    rows = read_csv(folder, "figures.csv")
    keys = [f"{r['measure_id']}|{r['month'][:7]}|{r['breakdown_topic_id']}|{r['breakdown_id']}" for r in rows]
    assert Counter(keys) == Counter(finder.published.figures.keys())
    wrong = [key for key, row in zip(keys, rows, strict=True) if not is_published(row, finder, key)]
    assert wrong == []


FIELDS = {"value": "value", "numerator": "numerator_count", "denominator": "denominator_count",
          "value_low": "lower_value", "value_high": "upper_value", "numerator_low": "lower_bound",
          "numerator_high": "upper_bound"}  # fmt: skip


def is_published(row: dict[str, str], finder: Finder, key: str) -> bool:
    """Whether each number of a row is the published one, and each symbol stands where there is none."""
    figure = finder.published.figures[key]
    measure = finder.published.measures[figure["measure_id"]]
    is_share = measure["unit"] in ("percent", "percent_change", "points", "per_100")
    return all(
        is_cell_of(row[column], figure[name], is_share and "value" in column) for column, name in FIELDS.items()
    ) and (figure["symbol"] != "h" or row["value"] == "x") and row["measure"] == measure["title"]  # fmt: skip


def is_cell_of(text: str, exact: object, is_share: bool) -> bool:
    """Whether a cell is a number as it is rounded, or a symbol where there is none."""
    if text == "low":
        return bool(exact)
    if exact is None:
        return text in ("c", "x", "z")
    decimals = len(text.partition(".")[2])
    return Number(text, Decimal(text), decimals, False, False).prints(exact, is_share) and (text != "0" or exact == 0)


ORDERS = {
    "repatriations": ("repatriation.csv", "month_start, basis, item"),
    "forecasts": ("forecasts.csv", "scenario, measure, setting_type, age, primary_need, years_ahead"),
    "forecast_errors": ("forecast_misses.csv", "measure, academic_year, years_ahead"),
    "comparators": ("comparators.csv", "measure_id, comparator, area_name"),
    "national": ("national.csv", "indicator, release_year, time_period, area"),
    "reconciliations": ("agreement.csv", "figure, period"),
    "control_charts": ("control_charts.csv", "measure_id, month_start"),
    "actions": ("actions.csv", "action_id"),
    "recommendations": ("recommendations.csv", "recommendation_number"),
    "revisions": ("revisions.csv", "measure_id, month_start"),
    "kitemarks": ("data_quality.csv", "measure_id, part"),
    "sources": ("sources.csv", "source"),
}


@pytest.mark.parametrize("table", ORDERS)
def test_every_number_of_another_data_file_is_published(borough, finder, folder, table):
    name, order = ORDERS[table]
    rows = read_csv(folder, name)
    edition = finder.published.header["edition_id"]
    query = f"select * from published.{table} where edition_id = {edition} order by {order}"
    published = borough.query(query, role="board_reader").astype(object).to_dict("records")
    assert len(rows) == len(published)
    assert [row for row, known in zip(rows, published, strict=True) if not_in(row, known)] == []


NUMBERS = {
    "value", "range_low", "range_high", "target", "value_low", "value_high", "miss", "rank", "quarter", "ranked",
    "dfe_value", "parts", "difference", "was", "now", "set_aside_low", "set_aside_high", "years_ahead", "mean",
    "lower_limit", "upper_limit", "measure_count", "met_count", "not_met_count", "recommendation_number",
}  # fmt: skip


def not_in(row: dict[str, str], known: dict) -> list[str]:
    """The numbers of a row that its published row has not, as they stand or as a share."""
    exact = [v for v in known.values() if isinstance(v, int | float | Decimal) and not pd.isna(v)]
    cells = [row[column] for column in NUMBERS & set(row) if row[column] not in ("c", "x", "z", "low", "")]
    numbers = [next(numbers_in(cell))[0] for cell in cells]
    return [n.text for n in numbers if not any(n.prints(v) or n.prints(v, is_share=True) for v in exact)]


def test_the_workbook_has_the_cells_of_the_data_files(folder):
    sheets = read_ods((folder / "data" / "tables.ods").read_bytes())
    spec = tables.read_spec()["tables"]
    for name, table in spec.items():
        if "sheet" not in table or not (folder / "data" / f"{name}.csv").exists():
            continue
        rows = [[cell or "z" for cell in row.values()] for row in read_csv(folder, f"{name}.csv")]
        assert sheets.get(table["sheet"], []) == rows, name
    figures = read_csv(folder, "figures.csv")
    whole = [row for row in figures if row["breakdown_topic"] == "Total"]
    assert sheets["By_month"] == [[row[column] for column in spec["by_month"]["columns"]] for row in whole]
    groups = [[row[column] for column in spec["by_group"]["columns"]] for row in figures]
    assert sheets["By_group"]
    assert all(row in groups for row in sheets["By_group"])


def read_ods(content: bytes) -> dict[str, list[list[str]]]:
    """The rows of each sheet's table as text that compares with a data file's: symbols bare, days in ISO form."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheets = ElementTree.fromstring(parts.read("content.xml")).iter(f"{TABLE}table")  # noqa: S314 - our own file
    return {
        sheet.get(f"{TABLE}name"): [
            [cell_text(cell) for cell in row]
            for row in list(sheet)[[part.tag for part in sheet].index(f"{TABLE}table-header-rows") + 1 :]
        ]
        for sheet in sheets
        if sheet.find(f"{TABLE}table-header-rows") is not None
    }


def cell_text(cell: ElementTree.Element) -> str:
    typed = cell.get(f"{OFFICE}value") or cell.get(f"{OFFICE}date-value")
    return typed or re.sub(r"^\[(\w+)\]$", r"\1", "".join(cell.itertext()))


def test_a_published_figure_is_the_marts(borough, finder):
    """Of the build that the edition rests on, exactly, or not shown; a total that is held says which month's it is."""
    apart = borough.query(
        "select f.measure_id, f.month_start, f.breakdown, f.breakdown_value, f.value, m.value as mart_value "
        "from published.figures as f "
        "inner join published.measures as d on f.edition_id = d.edition_id and f.measure_id = d.measure_id "
        "left join marts.fct_measures as m on f.la_code = m.la_code and f.measure_id = m.measure_id "
        "and f.month_start = m.month_start and f.breakdown = m.breakdown and f.breakdown_value = m.breakdown_value "
        f"where f.edition_id = {finder.published.header['edition_id']} and f.symbol = '' and not d.is_cumulative "
        "and (f.value is distinct from m.value or f.numerator_count is distinct from m.numerator_count "
        "or f.denominator_count is distinct from m.denominator_count)"
    )
    assert apart.values.tolist() == []
    assert sum(row["symbol"] == "" for row in finder.published.tables["figures"]) > 500


def test_a_growing_total_is_the_marts_or_what_was_shown_before(borough, finder):
    """Once shown it stays: a later word about a month that was shown could be subtracted from the first."""
    mart = {(r.measure_id, r.month_start, r.breakdown, r.breakdown_value): r.value
            for r in borough.query("select * from marts.fct_measures").itertuples()}  # fmt: skip
    before = {key: row["value"] for key, row in finder.earlier.published.figures.items() if row["symbol"] == ""}
    net = {row["month_start"]: row["value"] for row in finder.published.tables["repatriations"]
           if row["item"] == "net_saving"}  # fmt: skip
    growing = {name for name, row in finder.published.measures.items() if row["is_cumulative"]}
    rows = {key: row for key, row in finder.published.figures.items() if row["measure_id"] in growing}
    assert rows
    for key, row in rows.items():
        if row["value"] is None:
            continue
        own = (row["measure_id"], row["as_of_month"], row["breakdown"], row["breakdown_value"])
        as_of = f"{row['measure_id']}|{row['as_of_month']:%Y-%m}|{row['breakdown']}|{row['breakdown_value']}"
        known = [mart.get(own), before.get(as_of), net.get(row["month_start"])]
        assert any(v is not None and float(v) == float(row["value"]) for v in known), key


def test_septembers_edition_is_the_marts_of_september(borough, finder):
    key = ["measure_id", "month_start", "breakdown", "breakdown_value"]
    mart = borough.marts[MONTHS[0]]["fct_measures"].set_index(key).value
    shown = [row for row in finder.earlier.published.tables["figures"] if row["symbol"] == ""]
    apart = [row for row in shown if float(row["value"]) != mart[tuple(row[name] for name in key)]]
    assert [row for row in apart if not finder.earlier.published.measures[row["measure_id"]]["is_cumulative"]] == []
    assert len(shown) > 500
