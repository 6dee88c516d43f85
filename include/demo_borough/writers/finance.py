"""The finance ledger: a workbook with the rates of placements and of travel, as real dates and numbers."""

from datetime import date

from openpyxl import Workbook

from demo_borough.facts import Child, PlacementCost, TravelCost, World
from demo_borough.faults import placement_cost_rows, travel_cost_rows
from demo_borough.variations import as_said
from demo_borough.workbook import new_book, saved

PLACEMENT_COLUMNS = [
    "Ledger reference",
    "UPN",
    "Forename",
    "Surname",
    "Date of birth",
    "Postcode",
    "Provider URN",
    "Provider UKPRN",
    "Provider",
    "Effective from",
    "Effective to",
    "Place funding a year",
    "Top-up a year",
    "Therapy a year",
]
TRAVEL_COLUMNS = [
    "Ledger reference",
    "UPN",
    "Forename",
    "Surname",
    "Date of birth",
    "Postcode",
    "Mode",
    "Effective from",
    "Effective to",
    "Cost a year",
]


def files(world: World, month: str):
    """The workbook of the month: path and bytes."""
    book = new_book(write_only=True)
    costs = [
        _placement(row, as_said(world, "finance__placement_cost", world.children[row.child_id]))
        for row in world.placement_costs
        if row.child_id in world.children
    ]
    travel = [
        _travel(row, as_said(world, "finance__travel_cost", world.children[row.child_id]))
        for row in world.travel_costs
        if row.child_id in world.children
    ]
    _sheet(book, "Placements", PLACEMENT_COLUMNS, costs + placement_cost_rows(month))
    _sheet(book, "Travel", TRAVEL_COLUMNS, travel + travel_cost_rows(month))
    yield f"finance/{month}/placement_costs.xlsx", saved(book)


def _sheet(book: Workbook, title: str, header: list[str], rows: list[list]) -> None:
    """Add a sheet: the header in row 1, then the rows."""
    sheet = book.create_sheet(title)
    sheet.append(header)
    for row in rows:
        sheet.append(row)


def _placement(row: PlacementCost, child: Child) -> list:
    """One line of the sheet Placements."""
    return [
        f"NMI{row.reference:06d}",
        child.upn or None,
        child.forename,
        child.surname,
        _cell(child.born_on),
        child.postcode,
        int(row.urn) if row.urn else None,
        int(row.ukprn) if row.ukprn else None,
        row.provider,
        _cell(row.starts_on),
        _cell(row.ends_on),
        row.place_gbp,
        row.top_up_gbp,
        row.therapy_gbp,
    ]


def _travel(row: TravelCost, child: Child) -> list:
    """One line of the sheet Travel."""
    return [
        f"TRV{row.reference:06d}",
        child.upn or None,
        child.forename,
        child.surname,
        _cell(child.born_on),
        child.postcode,
        row.mode,
        _cell(row.starts_on),
        _cell(row.ends_on),
        row.annual_gbp,
    ]


def _cell(day: date | None) -> date | None:
    """A real date cell, or an empty one."""
    return day
