"""The SEN2 return in the forms other than XML: the CSV export of COLLECT, the template, the pre-submission workbook."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from lxml import etree
from openpyxl import Workbook

from demo_borough.codes import LA_CODE
from demo_borough.text import csv_bytes

# Tables and columns of an export; `>2024` and `<2023` mark those of the years from or up to then.
COLUMNS = {
    "sen2": "collection year referencedate sourcelevel softwarecode release serialno datetime lea dmo dco dsco>2025",
    "person": "surname forename personbirthdate gendercurrent<2023 sex>2024 ethnicity postcode upn uniquelearnernumber"
    " upnunknown",
    "requests": "receiveddate requestsource>2025 rya requestoutcomedate requestoutcome requestmediation requesttribunal"
    " exported",
    "assessment": "assessmentoutcome assessmentoutcomedate assessmentmediation assessmenttribunal othermediation"
    " othertribunal week20",
    "namedplan": "startdate planres planwbp pb oa dp ceasedate ceasereason",
    "plandetail": "urn ukprn sensetting sensettingother placementrank senunitindicator resourcedprovisionindicator",
    "activeplans": "transferla res<2023 wbp<2023 reviewmeeting>2024 reviewoutcome>2024 reviewdraft>2025"
    " phasetransferduedate>2025 phasetransferfinaldate>2025 lastreview",
    "placementdetail": "res>2024 wbp>2024 urn ukprn sensetting sensettingother placementrank entrydate leavingdate"
    " attendancepattern<2023 senunitindicator resourcedprovisionindicator",
    "senneed": "sentype sentyperank",
}
CHILDREN = {
    "sen2": ["person"],
    "person": ["requests"],
    "requests": ["assessment", "activeplans"],
    "assessment": ["namedplan"],
    "namedplan": ["plandetail"],
    "activeplans": ["placementdetail", "senneed"],
}
FLAGS = {
    "rya", "requestmediation", "requesttribunal", "assessmentmediation", "assessmenttribunal", "othermediation",
    "othertribunal", "week20", "pb", "oa", "senunitindicator", "resourcedprovisionindicator",
}  # fmt: skip
DATES = re.compile(r"date$|^reviewmeeting$|^lastreview$|^reviewdraft$")
TEXT = {"surname", "forename", "postcode", "upn", "uniquelearnernumber", "sensettingother", "softwarecode", "release"}

SHEETS = {
    "person": "Person",
    "requests": "Requests",
    "assessment": "Assessments",
    "namedplan": "Named Plan",
    "plandetail": "Plan Detail",
    "activeplans": "Active Plan",
    "placementdetail": "Placement Detail",
    "senneed": "SEN Need",
}
TITLES = {"sen2": "Header Record", "person": "Person Record"} | {
    table: f"{title} Records" for table, title in SHEETS.items() if table != "person"
}
PERSON_ID = "Person ID\n\n(This must match the relevant ID in the Person record table)"
REQUEST_ID = "Requests record ID\n\n(This must match the relevant ID in the Requests table)"
OWN_ID = {
    "person": ["Person ID\n\n(This must be a unique ID for each Person record)"],
    "requests": ["Requests record ID\n\n(This must be a unique ID for each Requests record)", PERSON_ID],
}
LABELS = {
    "collection": "Collection Name", "year": "Year", "referencedate": "Reference Date", "sourcelevel": "Source Level",
    "lea": "LA Number", "softwarecode": "Software Code", "release": "Release", "serialno": "Serial Number",
    "datetime": "Date & Time \n(ccyy-mm-ddThh:mm:ss)", "dmo": "Designated Medical Officer",
    "dco": "Designated Clinical Officer", "dsco": "Designated Social Care Officer", "surname": "Surname",
    "forename": "Forename", "personbirthdate": "Date of Birth \n(ccyy-mm-dd)", "gendercurrent": "Gender", "sex": "Sex",
    "ethnicity": "Ethnicity", "postcode": "Post Code", "upn": "UPN - Unique Pupil Number",
    "uniquelearnernumber": "ULN - Young Persons Unique Learner Number",
    "upnunknown": "UPN and ULN unavailable \N{EN DASH} Reason", "receiveddate": "Date request was received",
    "requestsource": "Source of request for an EHC needs assessment", "rya": "Initial Request Whilst In RYA",
    "requestoutcomedate": "Request Outcome Date", "requestoutcome": "Request Outcome",
    "requestmediation": "Request Mediation", "requesttribunal": "Request Tribunal",
    "exported": "Exported - Child or young person moves out of LA before assessment is completed",
    "assessmentoutcome": "Assessment Outcome - Decision to issue EHC plan",
    "assessmentoutcomedate": "Assessment Outcome Date", "assessmentmediation": "Assessment Mediation",
    "assessmenttribunal": "Assessment Tribunal", "othermediation": "Other Mediation",
    "othertribunal": "Other Tribunal", "week20": "Twenty week time limit exceptions apply",
    "startdate": "EHC Plan Start Date", "planres": "Residential Settings", "planwbp": "Work Based Learning Activity",
    "pb": "Personal Budget taken up", "oa": "Personal Budget - Organised Arrangements",
    "dp": "Personal Budget - Direct Payments", "ceasedate": "Date EHC plan ceased",
    "ceasereason": "Reason EHC plan ceased", "urn": "URN - Unique Reference Number",
    "ukprn": "UKPRN - UK Provider Reference Number", "sensetting": "SEN Setting \N{EN DASH} Establishment type",
    "sensettingother": "SEN Setting - Other", "placementrank": "Placement Rank (1=Primary, 2=Secondary)",
    "senunitindicator": "SEN Unit Indicator", "resourcedprovisionindicator": "Resourced Provision Indicator",
    "transferla": "EHC Plan transferred in from another LA during calendar year",
    "reviewmeeting": "Annual Review Meeting Date", "reviewoutcome": "Annual Review Decision",
    "reviewdraft": "Annual review \N{EN DASH} date draft amended EHC plan issued",
    "phasetransferduedate": "Phase transfer review - due date for any amended plan",
    "phasetransferfinaldate": "Phase transfer review - final plan date",
    "lastreview": "EHC Plan Review Decisions Date", "entrydate": "Placement Start Date",
    "leavingdate": "Placement Leaving Date", "attendancepattern": "Attendance Pattern", "res": "Residential Settings",
    "wbp": "Work Based Learning Activity", "sentype": "SEN Type of Need",
    "sentyperank": "SEN Type of Need rank  (1=Primary, 2=Secondary)",
}  # fmt: skip


@dataclass
class Record:
    """One row: its values by column, and the rows that belong to it, by table and in order."""

    values: dict[str, str] = field(default_factory=dict)
    children: dict[str, list["Record"]] = field(default_factory=dict)


def from_xml(content: bytes) -> Record:
    """The return that an XML holds: its header, and its people below."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, remove_comments=True))
    header = Record({leaf.tag.lower(): leaf.text for leaf in root.find("Header").iter() if not len(leaf)})
    header.children["person"] = [_record(node) for node in root.find("Persons")]
    return header


def _record(node) -> Record:
    found = Record()
    for child in node:
        name = child.tag.lower()
        if name in COLUMNS:
            found.children.setdefault(name, []).append(_record(child))
        else:
            found.values[name] = child.text
    return found


def columns_of(table: str, year: int) -> list[str]:
    """The columns of a table in a collection year."""
    marked = [re.fullmatch(r"(\w+?)(?:([<>])(\d{4}))?", word).groups() for word in COLUMNS[table].split()]
    return [
        name
        for name, sign, bound in marked
        if sign is None or (year >= int(bound) if sign == ">" else year <= int(bound))
    ]


def export(data: Record, day: date) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of the nine files that COLLECT exports on a day."""
    tables, year = _tables(data), int(data.values["year"])
    for table, rows in tables.items():
        above = next((parent for parent, below in CHILDREN.items() if table in below), None)
        columns = columns_of(table, year)
        header = [f"{table}tableid", "NativeId", f"{table}orderseqcolumn", "sourceid"]
        header += [f"{above}tableid"] * (above is not None)
        lines = [
            [
                ids[table],
                "303",
                order,
                "",
                *([ids[above]] if above else []),
                *(_exported(n, row.values) for n in columns),
            ]
            for order, (ids, row) in enumerate(rows, start=1)
        ]
        yield f"Blade-Export_{day:%d-%m-%Y}_{table}.csv", csv_bytes([*header, *columns], lines)


def workbook(data: Record) -> tuple[str, bytes]:
    """(name, bytes) of the workbook before submission, which has no header but its name."""
    book, year = Workbook(), int(data.values["year"])
    book.remove(book.active)
    for table, rows in _tables(data).items():
        if table != "sen2":
            sheet, columns = book.create_sheet(SHEETS[table]), columns_of(table, year)
            own = ["requeststableid"] * (table == "requests")
            ids = [*own, "persontableid", *(["requeststableid"] if table not in ("person", "requests") else [])]
            sheet.append([*ids, *("rquestsource" if name == "requestsource" else name for name in columns)])
            for known, row in rows:
                sheet.append(
                    [
                        *(float(known[name.removesuffix("tableid")]) for name in ids),
                        *(_cell(name, row.values) for name in columns),
                    ]
                )
    values = data.values
    return f"{values['lea']}_SEN2_{values['year']}_{values['referencedate']}.xlsx", _bytes(book)


def template(data: Record) -> bytes:
    """The template for data entry, filled in: its tables below each other on one sheet."""
    book, year = Workbook(), int(data.values["year"])
    sheet = book.active
    sheet.title = "Data Entry Template"
    sheet.append(["SEN2 person level return"])
    for table, rows in _tables(data).items():
        columns = columns_of(table, year)
        ids = [] if table == "sen2" else OWN_ID.get(table, [PERSON_ID, REQUEST_ID])
        tied = {"person": ["person"], "requests": ["requests", "person"]}.get(table, ["person", "requests"])[: len(ids)]
        sheet.append([])
        sheet.append([TITLES[table]])
        sheet.append(["Record Type", *ids, "LA\n(From Header Record)", *(LABELS[name] for name in columns)])
        for known, row in rows:
            typed = (_typed(name, row.values) for name in columns)
            sheet.append([TITLES[table].split(" Record")[0], *(float(known[name]) for name in tied), LA_CODE, *typed])
        sheet.append([TITLES[table].split(" Record")[0]])
    return _bytes(book)


def _tables(data: Record) -> dict[str, list[tuple[dict, Record]]]:
    """Every table's rows, in the order of the document, each with the ids of itself and of the rows above it."""
    tables = {table: [] for table in COLUMNS}

    def gather(table, row, ids):
        ids = ids | {table: 1000 + len(tables[table])}
        tables[table].append((ids, row))
        for below in CHILDREN.get(table, []):
            for child in row.children.get(below, []):
                gather(below, child, ids)

    gather("sen2", data, {})
    return tables


def _exported(name: str, values: dict):
    """A value as COLLECT exports it."""
    value = values.get(name)
    if not value:
        return ""
    if name in FLAGS:
        return {"0": "false", "1": "true"}.get(value, value)
    if DATES.search(name) or name == "datetime":
        day = _moment(value)
        return f"{day:%Y-%b-%d %H:%M:%S}" if day else value
    return value


def _cell(name: str, values: dict):
    """A value as the workbook has it: numbers as floating point, days as dates."""
    value = values.get(name)
    if not value:
        return None
    if DATES.search(name):
        return _moment(value) or value
    return float(value) if value.isdigit() and name not in TEXT else value


def _typed(name: str, values: dict):
    """A value as it is typed into the template: days as text, whatever is a number as one."""
    value = values.get(name)
    if value and name == "datetime":
        return _moment(value)
    return value or None if DATES.search(name) else _cell(name, values)


def _moment(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _bytes(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
