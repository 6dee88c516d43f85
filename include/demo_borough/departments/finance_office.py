"""What finance sends beside its ledger: high-needs budget and forecast, personal budgets, sign-off of repatriations."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from demo_borough import identifiers
from demo_borough.codes import LA_CODE, TYPES
from demo_borough.days import add_months, financial_year_start
from demo_borough.facts import Child, World
from demo_borough.figures import published
from demo_borough.text import csv_bytes, iso_date
from demo_borough.workbook import add_table, new_book, saved

BUDGETS_BEGIN = date(2024, 4, 1)
HIGH_NEEDS, GENERAL = "High needs block", "General fund"
# heading: share of the block's budget, share of its overspend. Shares are assumed; imports and exports cost as much as
# was deducted in 2023-24.
HEADINGS = {
    "Mainstream top-up": (0.215, 0.2),
    "Resourced provision and SEN units": (0.045, 0.02),
    "Special schools and academies": (0.405, 0.18),
    "Independent and non-maintained special": (0.16, 0.5),
    "Post-16 and further education": (0.09, 0.04),
    "Alternative provision": (0.03, 0.0),
    "Education otherwise than at school": (0.02, 0.06),
    "SEN support services": (0.045, 0.0),
    "Therapies": (0.01, 0.0),
}
ALL_SHARES = sum(share for share, _ in HEADINGS.values())
IMPORT_EXPORT, TRAVEL = "Import and export adjustment", "Travel assistance"
TERM = timedelta(days=120)
STAGING = ("stg_finance__budget_lines", "stg_finance__personal_budgets", "stg_finance__repatriation_sign_offs")

PERSON = ["UPN", "Forename", "Surname", "Date of birth", "Postcode"]
BUDGET = ["Month", "Fund", "Heading", "Budget for the year", "Spent to date", "Forecast outturn"]
PERSONAL_BUDGET = [
    "reference", "upn", "forename", "surname", "date_of_birth", "postcode", "kind", "method", "annual_gbp",
    "effective_from", "effective_to",
]  # fmt: skip
SIGN_OFF = ["Reference", *PERSON, "Moved on", "Agreed full-year saving", "Signed by", "Signed on"]


@dataclass(frozen=True)
class BudgetLine:
    """A heading in a month: pounds of budget, of spend to date and of forecast for the financial year."""

    month: date
    fund: str
    heading: str
    budget_gbp: int
    spend_gbp: int
    forecast_gbp: int


@dataclass(frozen=True)
class PersonalBudget:
    """An agreement, of a kind of SEN2 4.4c: pounds a year."""

    reference: str
    child_id: int
    kind: str
    method: str
    annual_gbp: int
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class SignOff:
    """A move from independent special into the borough, and what finance agreed to, once it did."""

    reference: str
    child_id: int
    moved_on: date
    saving_gbp: int | None
    signed_by: str | None
    signed_on: date | None


@dataclass(frozen=True)
class Office:
    """All that the office keeps beside the ledger."""

    lines: list[BudgetLine]
    personal_budgets: list[PersonalBudget]
    sign_offs: list[SignOff]


def imagine(world: World, rng: np.random.Generator, last_day: date) -> Office:
    """Budgets from April 2024, the agreements of plans that have one, and the moves that finance is to price."""
    return Office(list(_lines(rng, last_day)), list(_personal_budgets(world, rng)), list(_sign_offs(world, rng)))


def as_of(facts: Office, cut: date) -> Office:
    """What the office knew on a day."""
    return Office(
        [line for line in facts.lines if line.month <= cut],
        [
            row if row.ends_on is None or row.ends_on <= cut else replace(row, ends_on=None)
            for row in facts.personal_budgets
            if row.starts_on <= cut
        ],
        [
            row
            if row.signed_on and row.signed_on <= cut
            else replace(row, saving_gbp=None, signed_by=None, signed_on=None)
            for row in facts.sign_offs
            if row.moved_on <= cut
        ],
    )


def files(seen: World, month: str):
    """Budget monitoring, personal budgets and sign-offs of the month: path and bytes."""
    facts = seen.departments["finance_office"]
    book = new_book()
    lines = [_budget_line(line) for line in facts.lines]
    latest = [line.budget_gbp for line in facts.lines if line.month == facts.lines[-1].month]
    below = [["Total of the month", None, None, sum(latest)], [], ["Source: budget monitoring, by period"]]
    add_table(book, "Budget monitoring", "High needs: budget and forecast", BUDGET, lines + _bad_lines(month), below)
    yield f"finance/{month}/high_needs_budget.xlsx", saved(book)
    budgets = [_personal_line(row, seen.children[row.child_id]) for row in _of(seen, facts.personal_budgets)]
    content = csv_bytes(PERSONAL_BUDGET, budgets + _bad_budgets(month))
    yield f"finance/{month}/personal_budgets.csv", content
    book = new_book()
    signed = [_sign_off_line(row, seen.children[row.child_id]) for row in _of(seen, facts.sign_offs)]
    add_table(book, "Sign-off", "Repatriation: finance sign-off", SIGN_OFF, signed + _bad_sign_offs(month))
    yield f"finance/{month}/repatriation_sign_off.xlsx", saved(book)


def faults(month: str) -> list[tuple[str, str, int]]:
    """An amount in words, an agreement that ends before it begins, a signature without a day."""
    planted = [
        ("finance__budget_line", "amount in words", len(_bad_lines(month))),
        ("finance__personal_budget", "end before beginning", len(_bad_budgets(month))),
        ("finance__repatriation_sign_off", "signature without a day", len(_bad_sign_offs(month))),
    ]
    return [fault for fault in planted if fault[2]]


def staging(seen: World, month: str) -> dict[str, list[dict]]:
    """Budget lines, personal budgets and sign-offs as the staging models must hold them."""
    facts = seen.departments["finance_office"]
    lines = [
        {
            "month_start": line.month,
            "fund": line.fund,
            "heading": line.heading,
            "budget_gbp": line.budget_gbp,
            "spend_gbp": line.spend_gbp,
            "forecast_gbp": line.forecast_gbp,
        }
        for line in facts.lines
    ]
    budgets = [
        {
            "agreement_reference": row.reference,
            "kind_code": row.kind,
            "method_code": row.method,
            "annual_gbp": row.annual_gbp,
            "effective_from": row.starts_on,
            "effective_to": row.ends_on,
        }
        for row in _of(seen, facts.personal_budgets)
    ]
    signed = [
        {
            "moved_on": row.moved_on,
            "agreed_full_year_saving_gbp": row.saving_gbp,
            "signed_by": row.signed_by,
            "signed_on": row.signed_on,
        }
        for row in _of(seen, facts.sign_offs)
    ]
    return dict(zip(STAGING, (lines, budgets, signed), strict=True))


def _lines(rng, last_day):
    """Each month's lines: the overspend that is forecast in June is the year's, and other months stray from it."""
    high_needs = published()["high_needs"]
    month = BUDGETS_BEGIN
    while month <= last_day:
        year = financial_year_start(month).year
        past = (month.month - 4) % 12
        growth = (1 + high_needs["growth_a_year"]["rate"]) ** (year - 2023)
        overspend = high_needs["forecast_overspend"][year]["gbp"] * (1 + 0.02 * (past - 2))
        if past != 2:
            overspend += rng.normal(0, 90_000)
        block = high_needs["block_2023_24"]["gbp"] * growth
        exports = high_needs["import_export_2023_24"]["gbp"]
        for heading, (share, of_overspend) in HEADINGS.items():
            budget = round((block - exports) * share / ALL_SHARES, -2)
            yield _line(month, HIGH_NEEDS, heading, budget, round(budget + overspend * of_overspend), past, rng)
        yield _line(month, HIGH_NEEDS, IMPORT_EXPORT, exports, exports, past, rng)
        budget = round(high_needs["travel_budget_2026_27"]["gbp"] * (1.06 ** (year - 2026)), -3)
        yield _line(month, GENERAL, TRAVEL, budget, round(budget * rng.uniform(1.04, 1.12)), past, rng)
        month = add_months(month, 1)


def _line(month, fund, heading, budget, forecast, past, rng):
    spent = round(forecast * (past + 1) / 12 * float(rng.uniform(0.96, 1)))
    return BudgetLine(month, fund, heading, int(budget), int(spent), int(forecast))


def _personal_budgets(world, rng):
    """Education money for each plan that has a personal budget; for some, money of another service beside it."""
    number = 0
    for plan in world.plans:
        if not plan.has_personal_budget:
            continue
        starts_on = max(plan.begun_on, BUDGETS_BEGIN) + timedelta(days=int(rng.integers(20, 120)))
        for kind in ["E", *(["S", "H", "I"][int(rng.integers(0, 3))] for _ in range(int(rng.random() < 0.35)))]:
            number += 1
            method = str(rng.choice(["DP", "OA", "TP"], p=[0.8, 0.15, 0.05]))
            annual = int(round(float(rng.lognormal(8.6, 0.6)), -2))
            ends_on = plan.ceased_on if plan.ceased_on and plan.ceased_on >= starts_on else None
            if plan.ceased_on is None or ends_on:
                yield PersonalBudget(f"PB{number:04d}", plan.child_id, kind, method, annual, starts_on, ends_on)


def _sign_offs(world, rng):
    """Moves from independent special to another setting of the borough, where the ledger holds both rates."""
    places = {number: place for place in world.establishments for number in (place.urn, place.ukprn) if number}
    rates = {}
    for cost in world.placement_costs:
        rates.setdefault((cost.child_id, cost.urn or cost.ukprn), []).append(cost)
    moves = [
        (new.entered_on, new.child_id, old, new)
        for old, new in _successive(world.placements)
        if _is_independent_special(places.get(old.urn or old.ukprn))
        and _is_in_borough(places.get(new.urn or new.ukprn))
        and new.entered_on <= old.left_on + TERM
    ]
    for number, (moved_on, child_id, old, new) in enumerate(sorted(moves, key=lambda move: move[:2]), start=1):
        before, after = (rates.get((child_id, row.urn or row.ukprn)) for row in (old, new))
        days, agrees, by = int(rng.integers(15, 80)), rng.random() < 0.88, rng.random()
        is_signed = bool(before and after) and agrees
        yield SignOff(
            f"RS{number:04d}",
            child_id,
            moved_on,
            round(before[-1].annual_gbp - after[0].annual_gbp, -2) if is_signed else None,
            ("SEND finance business partner" if by < 0.7 else "Head of schools finance") if is_signed else None,
            moved_on + timedelta(days=days) if is_signed else None,
        )


def _successive(placements):
    """Pairs of a main placement that was left and the next of the same plan."""
    latest = {}
    for row in sorted((row for row in placements if row.rank == 1), key=lambda row: (row.entered_on, row.placement_id)):
        old = latest.get(row.plan_id)
        if old and old.left_on and old.left_on <= row.entered_on:
            yield old, row
        latest[row.plan_id] = row


def _is_independent_special(place):
    return place is not None and place.is_registered and TYPES[place.type_code][3] == "independent_special"


def _is_in_borough(place):
    return place is not None and place.la_code == LA_CODE and not _is_independent_special(place)


def _of(seen, rows):
    return [row for row in rows if row.child_id in seen.children]


def _person(child: Child) -> list:
    return [child.upn or None, child.forename, child.surname, child.born_on, child.postcode]


def _budget_line(line: BudgetLine) -> list:
    """A line of the sheet; what is below nothing was typed in the accountants' brackets."""
    amounts = [line.budget_gbp, line.spend_gbp, line.forecast_gbp]
    if line.budget_gbp < 0:
        amounts = [f"({-amount:,})" for amount in amounts]
    return [line.month, line.fund, line.heading, *amounts]


def _personal_line(row: PersonalBudget, child: Child) -> list:
    return [
        row.reference, child.upn, child.forename, child.surname, iso_date(child.born_on), child.postcode, row.kind,
        row.method, row.annual_gbp, iso_date(row.starts_on), iso_date(row.ends_on),
    ]  # fmt: skip


def _sign_off_line(row: SignOff, child: Child) -> list:
    saving = None if row.saving_gbp is None else f"£{row.saving_gbp:,}"
    return [row.reference, *_person(child), row.moved_on, saving, row.signed_by, row.signed_on]


def _stranger(serial: int) -> list:
    return [identifiers.upn(serial, establishment=9999), "Faulty", "Faultbury", date(2014, 3, 7), "ZZ9 9ZZ"]


def _bad_lines(month):
    line = [date(2024, 3, 1), HIGH_NEEDS, "Therapies", "half a million", 480_000, 490_000]
    return [line] if month == "2026-10" else []


def _bad_budgets(month):
    line = ["PB9901", *_stranger(211), "E", "DP", 4000, "2026-04-01", "2026-03-31"]
    return [line] if month == "2026-09" else []


def _bad_sign_offs(month):
    line = ["RS9901", *_stranger(212), date(2026, 9, 1), 32_000, "Director of finance", None]
    return [line] if month == "2026-10" else []
