"""The list of therapies specified in Section F of plans: CSV with UK dates."""

from demo_borough.facts import World
from demo_borough.faults import specification_rows
from demo_borough.text import csv_bytes, uk_date
from demo_borough.variations import as_said
from demo_borough.writers.casework import case_id

COLUMNS = [
    "case_id",
    "upn",
    "nhs_number",
    "forename",
    "surname",
    "date_of_birth",
    "postcode",
    "therapy",
    "sessions_per_term",
    "minutes_per_session",
    "valid_from",
    "valid_to",
]


def files(world: World, month: str):
    """The list of the month: path and bytes."""
    request_of = {plan.plan_id: plan.request_id for plan in world.plans}
    rows = [
        _row(row, as_said(world, "therapy__section_f", world.children[row.child_id]), request_of[row.plan_id])
        for row in world.specifications
        if row.plan_id in request_of
    ]
    yield f"therapy/{month}/section_f.csv", csv_bytes(COLUMNS, rows + specification_rows(month))


def _row(row, child, request_id: int) -> list:
    """One line of the list."""
    return [
        case_id(request_id),
        child.upn,
        child.nhs_number,
        child.forename,
        child.surname,
        uk_date(child.born_on),
        child.postcode,
        row.therapy,
        row.sessions,
        row.minutes,
        uk_date(row.valid_from),
        uk_date(row.valid_to),
    ]
