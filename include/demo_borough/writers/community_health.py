"""The health trust's monthly submission of the Community Services Data Set: patients, referrals, waits, contacts."""

from datetime import date

from demo_borough.days import month_start
from demo_borough.facts import Child, Contact, Referral, World
from demo_borough.faults import contact_rows, patient_rows
from demo_borough.text import csv_bytes, iso_date, yes_no

PATIENT_COLUMNS = [
    "LOCAL PATIENT IDENTIFIER (EXTENDED)",
    "NHS NUMBER",
    "PERSON BIRTH DATE",
    "POSTCODE OF USUAL ADDRESS",
    "ORGANISATION IDENTIFIER (EDUCATIONAL ESTABLISHMENT)",
    "LOOKED AFTER CHILD INDICATOR",
]
REFERRAL_COLUMNS = [
    "SERVICE REQUEST IDENTIFIER",
    "LOCAL PATIENT IDENTIFIER (EXTENDED)",
    "ORGANISATION IDENTIFIER (CODE OF COMMISSIONER)",
    "REFERRAL REQUEST RECEIVED DATE",
    "SOURCE OF REFERRAL FOR COMMUNITY",
    "PRIORITY TYPE CODE",
    "PRIMARY REASON FOR REFERRAL (COMMUNITY CARE)",
    "SERVICE DISCHARGE DATE",
]
WAIT_COLUMNS = [
    "SERVICE REQUEST IDENTIFIER",
    "PATIENT PATHWAY IDENTIFIER",
    "WAITING TIME MEASUREMENT TYPE",
    "REFERRAL TO TREATMENT PERIOD START DATE",
    "REFERRAL TO TREATMENT PERIOD END DATE",
    "REFERRAL TO TREATMENT PERIOD STATUS",
]
CONTACT_COLUMNS = [
    "CARE CONTACT IDENTIFIER",
    "SERVICE REQUEST IDENTIFIER",
    "CARE PROFESSIONAL TEAM LOCAL IDENTIFIER",
    "CARE CONTACT DATE",
    "CLINICAL CONTACT DURATION OF CARE CONTACT",
    "GROUP THERAPY INDICATOR",
    "ATTENDANCE STATUS",
]


def files(world: World, month: str):
    """The four tables of the month's submission: path and bytes."""
    first = month_start(month)
    referrals = [row for row in world.referrals if _is_open(row, first) and row.child_id in world.children]
    patients = {row.child_id: world.children[row.child_id] for row in referrals}
    contacts = [row for row in world.contacts if row.occurred_on >= first and row.child_id in patients]
    tables = {
        "CYP001": (PATIENT_COLUMNS, [_patient(child) for child in patients.values()] + patient_rows(month)),
        "CYP101": (REFERRAL_COLUMNS, [_referral(row) for row in referrals]),
        "CYP104": (WAIT_COLUMNS, [_wait(row) for row in referrals]),
        "CYP201": (CONTACT_COLUMNS, [_contact(row) for row in contacts] + contact_rows(month)),
    }
    for name, (header, rows) in tables.items():
        yield f"csds/{month}/{name}.csv", csv_bytes(header, rows)


def _is_open(row: Referral, first: date) -> bool:
    """Whether the referral was open at any time from the first day of the month."""
    return row.discharged_on is None or row.discharged_on >= first


def _patient(child: Child) -> list:
    """One line of CYP001."""
    return [f"OX{child.child_id:06d}", child.nhs_number, iso_date(child.born_on), child.postcode, "", "N"]


def _referral(row: Referral) -> list:
    """One line of CYP101."""
    return [
        f"SR{row.referral_id:06d}",
        f"OX{row.child_id:06d}",
        "72Q",
        iso_date(row.received_on),
        "26",
        row.priority,
        "015",
        iso_date(row.discharged_on),
    ]


def _wait(row: Referral) -> list:
    """One line of CYP104: the wait ends with the first contact."""
    return [
        f"SR{row.referral_id:06d}",
        f"PP{row.referral_id:06d}",
        "02",
        iso_date(row.received_on),
        iso_date(row.first_seen_on),
        "30" if row.first_seen_on else "20",
    ]


def _contact(row: Contact) -> list:
    """One line of CYP201."""
    return [
        f"CC{row.contact_id:07d}",
        f"SR{row.referral_id:06d}",
        row.team,
        iso_date(row.occurred_on),
        row.minutes,
        yes_no(row.is_group),
        row.status,
    ]
