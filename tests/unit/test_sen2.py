"""The SEN2 return in its four forms and four years: the same data, the same rows; what is not whole, refused."""

import csv
import io
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from demo_borough.text import element
from demo_borough.writers import sen2_forms as forms
from demo_borough.writers.sen2_forms import Record
from send_data import contracts as contracting
from send_data.readers import OpenFile, UnreadableFileError, read
from send_data.readers.sen2_layout import LAYOUTS
from send_data.settings import ROOT

CONTRACTS = contracting.load_contracts(ROOT / "expectations" / "sources")
SEN2 = contracting.by_feed(CONTRACTS)["sen2/{month}/*.[cx]*"]
DAY = datetime.fromisoformat("2026-10-05")
YEARS = sorted(LAYOUTS)
CANARY = ("Canary", "Cora", "E303200026001", "2015-05-05", "ZZ9 9ZZ")


def read_rows(files: dict[str, bytes], note=lambda text: None) -> dict[str, list[dict]]:
    """{source: its rows in order, without what is not given} of the files of one delivery."""
    opened = [OpenFile(name, io.BytesIO(content)) for name, content in files.items()]
    found = {contract.source: [] for contract in SEN2}
    for source, row in read(opened, SEN2, "303", note):
        given_values = zip(CONTRACTS[source].column_names, row, strict=True)
        found[source].append({name: text for name, text in given_values if text})
    return found


# --- the same data in every form --------------------------------------------------------------------------------------


def as_xml(data: Record) -> bytes:
    """The return as XML, in the order of its year's layout."""

    def leaf_or_nest(place, row):
        if place.column:
            return element(place.name, row.values.get(place.column), 0)
        rows = row.children.get(place.name.lower(), []) if place.source else [row]
        return "".join(
            f"<{place.name}>{''.join(leaf_or_nest(c, r) for c in place.children)}</{place.name}>" for r in rows
        )

    header, persons = LAYOUTS[data.values["year"]].children
    head = "".join(leaf_or_nest(child, data) for child in header.children)
    return f"<Message><Header>{head}</Header>{leaf_or_nest(persons, data)}</Message>".encode()


def all_forms(data: Record) -> dict[str, dict[str, bytes]]:
    """{form: {file name: bytes}}."""
    return {
        "xml": {"303_sen2.xml": as_xml(data)},
        "export": dict(forms.export(data, DAY)),
        "template": {"template.xlsx": forms.template(data)},
        "workbook": dict([forms.workbook(data)]),
    }


DATES = st.dates(datetime.fromisoformat("1997-01-01").date(), DAY.date()).map(str)
WORDS = st.text("Aabcé '\",;ß0.-\\\t\n", min_size=1, max_size=12).map(str.strip).filter(lambda text: text[:1].isalpha())
FIXED = {
    "gendercurrent": "0129", "sex": "MF", "placementrank": "12", "sentyperank": "12", "requestoutcome": "YNAWH",
    "assessmentoutcome": "YNAWH", "res": "AB", "planres": "AB", "wbp": "ATS", "planwbp": "ATS", "dp": "ESHI",
    "reviewoutcome": "MCA", "requestsource": "12345", "ceasereason": "123456789", "dmo": "YNR", "dco": "YNR",
    "dsco": "YNR",
} | dict.fromkeys(forms.FLAGS, "01")  # fmt: skip
LISTED = {
    "exported": ["886", "XXX"], "transferla": ["886", "XXX"], "sensetting": ["OTH", "EHE"], "sentype": ["ASD", "DS"],
    "ethnicity": ["WBRI"], "upn": ["E303200026001"], "uniquelearnernumber": ["9434765919"], "upnunknown": ["UN1"],
    "urn": ["100001", "136001"], "ukprn": ["10000001"], "attendancepattern": ["FT"],
}  # fmt: skip
ALWAYS = {"surname", "requestoutcome", "assessmentoutcome", "startdate", "placementrank", "sentyperank", "transferla"}
HEADER = {
    "collection": "SEN2", "referencedate": "2026-09-30", "sourcelevel": "L", "lea": "303", "softwarecode": "S",
    "release": "1.0", "serialno": "007", "datetime": "2026-10-05T05:30:00", "dmo": "Y", "dco": "N", "dsco": "R",
}  # fmt: skip


def values_of(name):
    if name in FIXED:
        return st.sampled_from(FIXED[name])
    if name in LISTED:
        return st.sampled_from(LISTED[name])
    return DATES if forms.DATES.search(name) else WORDS


def records(table, year):
    """Records of a table with all below them; each has at least one value, as an empty one is none in Excel."""
    columns = forms.columns_of(table, int(year))
    required = {name: values_of(name) for name in columns if name in ALWAYS}
    others = {name: values_of(name) for name in columns if name not in ALWAYS}
    below = {
        child: st.lists(records(child, year), max_size=1 if child in ("assessment", "namedplan", "activeplans") else 2)
        for child in forms.CHILDREN.get(table, [])
    }
    return st.builds(Record, st.fixed_dictionaries(required, optional=others), st.fixed_dictionaries(below))


def returns_of(year):
    header = {name: HEADER[name] for name in forms.columns_of("sen2", int(year)) if name in HEADER} | {"year": year}
    return st.lists(records("person", year), min_size=1, max_size=3).map(lambda rows: Record(header, {"person": rows}))


@settings(max_examples=60, deadline=None)
@given(data=st.sampled_from(YEARS).flatmap(returns_of))
def test_all_forms_of_the_same_return_give_the_same_rows(data):
    found = {form: read_rows(files) for form, files in all_forms(data).items()}
    said = {"collection": "SEN2", "year": data.values["year"], "reference_date": "2026-09-30", "lea": "303"}
    assert found["workbook"].pop("sen2__header") == [said]
    (header,) = found["xml"]["sen2__header"]
    assert said.items() <= header.items()
    assert found["export"] == found["xml"]
    assert found["template"] == found["xml"]
    del found["xml"]["sen2__header"]
    assert found["workbook"] == found["xml"]
    assert len(found["xml"]["sen2__person"]) == len(data.children["person"])


# --- years ------------------------------------------------------------------------------------------------------------


def one_child(year: str) -> Record:
    """A return with one row in every table."""
    rows = {
        "person": {"surname": "Canary", "forename": "Cora", "personbirthdate": "2015-05-05", "gendercurrent": "2",
                   "sex": "F", "ethnicity": "WBRI", "postcode": "ZZ9 9ZZ", "upn": "E303200026001"},
        "requests": {"receiveddate": "2022-01-05", "requestoutcomedate": "2022-02-01", "requestoutcome": "Y"},
        "assessment": {"assessmentoutcome": "Y", "assessmentoutcomedate": "2022-05-01"},
        "namedplan": {"startdate": "2022-05-01", "pb": "0"},
        "plandetail": {"urn": "100001", "placementrank": "1"},
        "activeplans": {"res": "B", "wbp": "A", "lastreview": "2026-09-01"},
        "placementdetail": {"urn": "100001", "placementrank": "1", "entrydate": "2026-09-01", "senunitindicator": "0"},
        "senneed": {"sentype": "ASD", "sentyperank": "1"},
    }  # fmt: skip

    def build(table):
        kept = {name: text for name, text in rows[table].items() if name in forms.columns_of(table, int(year))}
        return Record(kept, {below: [build(below)] for below in forms.CHILDREN.get(table, [])})

    header = {name: HEADER[name] for name in forms.columns_of("sen2", int(year)) if name in HEADER} | {"year": year}
    return Record(header, {"person": [build("person")]})


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("form", ["xml", "export", "template", "workbook"])
def test_every_form_of_every_year_fills_every_table(form, year):
    found = read_rows(all_forms(one_child(year))[form])
    assert {source: len(rows) for source, rows in found.items()} == dict.fromkeys(found, 1)
    assert found["sen2__person"][0]["sex"] == "F"
    assert found["sen2__placement_detail"][0]["request_number"] == "1"
    assert found["sen2__named_plan"][0] == {"request_number": "1", "start_date": "2022-05-01", "pb": "0"}


@pytest.mark.parametrize(("code", "sex"), [("1", "M"), ("2", "F"), ("0", None), ("9", None), ("7", "7")])
def test_gender_of_2023_is_read_as_sex_and_the_unknown_is_not_kept(code, sex):
    data = one_child("2023")
    data.children["person"][0].values["gendercurrent"] = code
    assert read_rows(all_forms(data)["xml"])["sen2__person"][0].get("sex") == sex


def placement(rank, entered, left=None):
    values = {"urn": "100001", "placementrank": rank, "entrydate": entered} | ({"leavingdate": left} if left else {})
    return Record(values)


@pytest.mark.parametrize("form", ["xml", "export"])
def test_residence_of_2023_is_that_of_the_main_placement_on_the_reference_date(form):
    data = one_child("2023")
    active = data.children["person"][0].children["requests"][0].children["activeplans"][0]
    active.children["placementdetail"] = [
        placement("1", "2020-09-01", "2022-07-01"),
        placement("2", "2023-09-01"),
        placement("1", "2022-09-01"),
        placement("1", "2026-10-01"),
    ]
    found = read_rows(all_forms(data)[form])["sen2__placement_detail"]
    assert [row.get("res") for row in found] == [None, None, "B", None]
    assert [row.get("wbp") for row in found] == [None, None, "A", None]


def test_residence_of_a_plan_without_a_placement_is_left_out_and_said():
    data, told = one_child("2023"), []
    data.children["person"][0].children["requests"][0].children["activeplans"][0].children = {}
    assert read_rows(all_forms(data)["xml"], told.append)["sen2__placement_detail"] == []
    assert told == ["1 plans without a placement say residence or work: that is left out"]


# --- what is not whole ------------------------------------------------------------------------------------------------

GOOD = {form: dict(files) for form, files in all_forms(one_child("2026")).items()}
(WORKBOOK,) = GOOD["workbook"]


def exported(table: str, change=lambda lines: lines, drop: bool = False) -> dict[str, bytes]:
    """The export with one file changed, line by line, or left out."""
    name = f"Blade-Export_05-10-2026_{table}.csv"
    files = dict(GOOD["export"])
    lines = list(csv.reader(io.StringIO(files.pop(name).decode())))
    if not drop:
        out = io.StringIO()
        csv.writer(out).writerows(change(lines))
        files[name] = out.getvalue().encode()
    return files


def set_cell(column, text, line=1):
    def change(lines):
        lines[line][lines[0].index(column)] = text
        return lines

    return change


def without(column):
    return lambda lines: [[text for name, text in zip(lines[0], line, strict=True) if name != column] for line in lines]


def book(form: str, change, name: str | None = None) -> dict[str, bytes]:
    """The workbook or template after a change to its openpyxl workbook."""
    ((old, content),) = GOOD[form].items()
    loaded = load_workbook(io.BytesIO(content))
    change(loaded)
    out = io.BytesIO()
    loaded.save(out)
    return {name or old: out.getvalue()}


def cell_of(sheet, label):
    """The cell below a header."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value == label:
                return sheet.cell(cell.row + 1, cell.column)
    raise AssertionError(label)


def put(sheet, label, value):
    def change(loaded):
        cell_of(loaded[sheet], label).value = value

    return change


def rename(sheet, label, to):
    def change(loaded):
        cell = cell_of(loaded[sheet], label)
        loaded[sheet].cell(cell.row - 1, cell.column).value = to

    return change


def again(sheet):
    """The last row of a sheet once more."""

    def change(loaded):
        loaded[sheet].append([cell.value for cell in loaded[sheet][loaded[sheet].max_row]])

    return change


TEMPLATE = "Data Entry Template"
ENCODED = dict(GOOD["export"]) | {
    "Blade-Export_05-10-2026_person.csv": GOOD["export"]["Blade-Export_05-10-2026_person.csv"].replace(b"ora", b"\xe9")
}
BROKEN = {name: content[:-20] if "requests" in name else content for name, content in GOOD["export"].items()}
BAD = [
    ("export: a file missing", exported("senneed", drop=True), "these are missing: senneed"),
    ("export: one file alone", dict([next(iter(GOOD["export"].items()))]),
     "missing: person, requests, assessment, namedplan, plandetail, activeplans, placementdetail, senneed"),
    ("export: breaks off", BROKEN, "_requests.csv: line 2 has"),
    ("export: other authority", exported("sen2", set_cell("lea", "886")), "_sen2.csv: Header: this is a file of"),
    ("export: unknown year", exported("sen2", set_cell("year", "2031")), "the collection year is none of 2023"),
    ("export: two headers", exported("sen2", lambda lines: [*lines, lines[1]]), "the table sen2 has 2 rows"),
    ("export: column missing", exported("requests", without("requestsource")),
     '_requests.csv: column "requestsource" is missing, which requests of the SEN2 layout of 2026 needs'),
    ("export: header's column missing", exported("sen2", without("dsco")), "the header lacks dsco"),
    ("export: doubled key", exported("person", lambda lines: [*lines, lines[1]]),
     "1 rows of Person have no id, or that of another"),
    ("export: orphan", exported("plandetail", set_cell("namedplantableid", "77")),
     "1 rows of PlanDetail belong to no row of NamedPlan"),
    ("export: two assessments of a request", exported("assessment", lambda lines: [*lines, ["9", *lines[1][1:]]]),
     "1 rows of Assessment belong to the same row of Requests as another"),
    ("export: not UTF-8", ENCODED, "_person.csv: line 2, byte"),
    ("export: the same table twice", {**GOOD["export"], "x.csv": GOOD["export"]["Blade-Export_05-10-2026_sen2.csv"]},
     "x.csv: a second file of the table sen2"),
    ("export: a stranger", {**GOOD["export"], "x.csv": b"Canary,b\n1,2\n"}, "x.csv: this is none of the forms"),
    ("template: other authority", book("template", put(TEMPLATE, "LA Number", 886)), "another authority"),
    ("template: unknown year", book("template", put(TEMPLATE, "Year", 2031)), "the collection year is none of"),
    ("template: no authority", book("template", put(TEMPLATE, "LA Number", None)), "another authority"),
    ("template: no header", book("template", lambda b: b[TEMPLATE].delete_rows(1, 6)), "there is no Header Record"),
    ("template: column missing", book("template", rename(TEMPLATE, "EHC Plan Start Date", "Canary")),
     'column "EHC Plan Start Date" is missing, which the table "named plan records"'),
    ("template: a table missing", book("template", lambda b: b[TEMPLATE].delete_rows(b[TEMPLATE].max_row - 4, 5)),
     "sen need records is missing"),
    ("template: formula", book("template", put(TEMPLATE, "Surname", "=A1")), "holds a formula"),
    ("template: orphan", book("template", put(TEMPLATE, forms.OWN_ID["requests"][0], 77)),
     "1 rows of Assessment belong to no row of Requests"),
    ("template: breaks off", {"t.xlsx": GOOD["template"]["template.xlsx"][:-500]}, "not a readable XLSX workbook"),
    ("workbook: its name says nothing", {"sen2.xlsx": GOOD["workbook"][WORKBOOK]}, "so its name must say"),
    ("workbook: other authority", {WORKBOOK.replace("303", "886"): GOOD["workbook"][WORKBOOK]}, "another authority"),
    ("workbook: unknown year", {WORKBOOK.replace("_2026_", "_2031_"): GOOD["workbook"][WORKBOOK]}, "none of 2023"),
    ("workbook: of an earlier layout", {WORKBOOK.replace("_2026_", "_2023_"): GOOD["workbook"][WORKBOOK]},
     'column "gendercurrent" is missing'),
    ("workbook: sheet missing", book("workbook", lambda b: b.remove(b["SEN Need"])), "sheets are missing"),
    ("workbook: column missing", book("workbook", rename("Requests", "rya", "x")), 'column "rya" is missing'),
    ("workbook: doubled key", book("workbook", again("Requests")), "1 rows of Requests have no id"),
    ("workbook: orphan", book("workbook", put("Requests", "persontableid", 7.0)),
     "1 rows of Requests belong to no row of Person"),
    ("workbook: formula", book("workbook", put("Person", "upn", "=1+1")), 'sheet "Person": cell'),
    ("workbook: breaks off", {WORKBOOK: GOOD["workbook"][WORKBOOK][:2000]}, "not a readable XLSX workbook"),
    ("another workbook", book("workbook", lambda b: [setattr(s, "title", f"S{n}") for n, s in enumerate(b)]),
     "sheets are missing that a SEN2 workbook has: Person"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "message"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_what_is_not_whole_is_refused_and_shows_nothing(files, message):
    with pytest.raises(UnreadableFileError) as error:
        read_rows(files)
    text = str(error.value)
    assert message in text
    assert any(text.startswith(name) for name in files)
    assert not any(value in text for value in CANARY)
    assert error.value.__cause__ is None


@pytest.mark.parametrize("form", sorted(GOOD))
def test_columns_beyond_the_layout_are_reported_and_left_out(form):
    told = []
    files = {
        "xml": GOOD["xml"],
        "export": exported("person", lambda lines: [[*lines[0], "Remarks"], [*lines[1], "Canary"]]),
        "template": book("template", rename(TEMPLATE, "LA\n(From Header Record)", "Remarks")),
        "workbook": book("workbook", lambda b: b["Person"].cell(1, 20, "Remarks")),
    }[form]
    assert read_rows(files, told.append) == read_rows(GOOD[form])
    said = [text.split(": ", 1)[1].lower() for text in told]
    assert said == ['column "remarks" is not in the sen2 layout and not used'] * (form != "xml")
