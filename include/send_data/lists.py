"""Termly lists: for every school, college and other setting, the learners whose annual review falls due in a term.

Made from the last build of a month, for the first term that begins after it (or another that is named), as list_maker:
the only role for which the warehouse joins names back. One locked workbook a setting; learners without one stand on the
SEN team's own list, with the table of all lists. No value of a child stands in a log, an error or a file's name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import sqlalchemy as sa

from send_data import editions, ledger, locked_workbook, outbox, seeds, warehouse
from send_data.locked_workbook import Sheet
from send_data.outbox import Log, Package
from send_data.sentences import day_name
from send_data.settings import settings

LIST = "annual_reviews"
FOLDER = "review-lists"
SEN_TEAM = "sen-team"


class ListsError(RuntimeError):
    """The lists cannot be made as asked; the message says what to do, and nothing of a child."""


@dataclass(frozen=True)
class Term:
    """A school term; it reaches to the day before the next, so that no review falls between two lists."""

    academic_year: str
    name: str
    starts_on: date
    ends_on: date
    last_on: date

    @property
    def id(self) -> str:
        """As it stands in names of files: 2026-27-spring."""
        return f"{self.academic_year.replace('/', '-')}-{self.name}"

    @property
    def title(self) -> str:
        return f"{self.name} term {self.starts_on:%Y}"


@dataclass(frozen=True)
class Setting:
    """Somebody who is owed a list: URN or UKPRN, the name where the register has one, how many plans."""

    id: str
    name: str | None
    plans_count: int

    @property
    def title(self) -> str:
        number = f"{'URN' if len(self.id) == 6 else 'UKPRN'} {self.id}"
        return f"{self.name} ({number})" if self.name else number


def make(month: str | None = None, term_id: str | None = None) -> str:
    """Make the lists of a term from the last build, into the outbox; returns the term's id.

    Without `month` (`YYYY-MM`) the month of the last build; without `term_id` the first term that begins after it.
    Raises ListsError when the build is of another month, or the seed of term dates does not reach far enough.
    """
    with outbox.as_list_maker() as connection:
        standing = standing_month(connection, month)
        term = _term(term_id, standing)
        log = Log(connection, LIST, term.id, standing)
        log.add("read")
        place = {"la": settings().la_code, "term": term.id}
        rows = connection.execute(sa.text("select * from lists.annual_reviews(:la, :term)"), place).all()
        owed = [Setting(*row) for row in connection.execute(sa.text("select * from lists.settings(:la, :term)"), place)]
        connection.commit()
        _refuse_the_nameless(rows)
        outbox.put(FOLDER, _packages(term, standing, owed, rows), log)
    return term.id


def send(term_id: str) -> int:
    """Upload the lists of a term that were written and not sent yet; how many. 0 when nobody has set up where to."""
    if not outbox.may_send():
        return 0
    waiting = [line for line in written(term_id) if not line.is_sent]
    if not waiting:
        return 0
    with outbox.as_list_maker() as connection:
        return outbox.send(f"{FOLDER}/{term_id}", waiting, Log(connection, LIST, term_id, waiting[0].month))


def written(term_id: str) -> list[sa.Row]:
    """What the log says stands in the outbox for a term: setting, file_name, sha256, row_count, month, is_sent."""
    with warehouse.engine().connect() as connection:
        values = {"la": settings().la_code, "list": LIST, "term": term_id}
        return list(connection.execute(sa.text(_WRITTEN), values))


def lines_of_settings(lines: list[sa.Row]) -> list[sa.Row]:
    """Of lines of the log, those of schools, colleges and other settings."""
    return [line for line in lines if line.setting != SEN_TEAM]


def is_made(month: str) -> bool:
    """Whether the lists of the first term after a month stand in the outbox, made from that month or a later one."""
    term_id, first = next_term(ledger.month_start(month)).id, ledger.month_start(month)
    lines = [line for line in written(term_id) if line.month >= first]
    stands = outbox.listing(f"{FOLDER}/{term_id}")
    return bool(lines) and {f"{FOLDER}/{term_id}/{line.file_name}" for line in lines} == set(stands)


def next_term(month: date) -> Term:
    """The first term that begins after a month. Raises ListsError where the seed of term dates ends before it."""
    coming = [term for term in terms() if term.starts_on >= _next_month(month)]
    if not coming:
        raise ListsError("term_dates.csv ends before the next term and the one after it: add their dates")
    return coming[0]


def terms() -> list[Term]:
    """The terms whose successor is known, in order."""
    rows = sorted(seeds.rows("reference", "term_dates"), key=lambda row: row["starts_on"])
    return [
        Term(row["academic_year"], row["term"], date.fromisoformat(row["starts_on"]),
             date.fromisoformat(row["ends_on"]), date.fromisoformat(after["starts_on"]) - timedelta(days=1))
        for row, after in pairwise(rows)
    ]  # fmt: skip


def standing_month(connection: sa.Connection, month: str | None = None) -> date:
    """First day of the month of the last build, which has to be the one that is asked for. Raises ListsError."""
    try:
        found = connection.execute(sa.text("select lists.standing_month(:la)"), {"la": settings().la_code}).scalar_one()
    except sa.exc.DBAPIError as error:
        # What the warehouse says of itself is for people; it names no child.
        raise ListsError(error.orig.diag.message_primary) from None
    connection.commit()
    if month is not None and ledger.month_start(month) != found:
        raise ListsError(f"the last build stands for {found:%Y-%m}: run `send build --month {month}` first")
    return found


def _term(term_id, standing):
    if term_id is None:
        return next_term(standing)
    year = standing + timedelta(days=366)
    possible = {term.id: term for term in terms() if term.last_on >= _next_month(standing) and term.starts_on < year}
    if term_id not in possible:
        raise ListsError(f"from {standing:%Y-%m} there are lists of {', '.join(possible)}, not of {term_id}")
    return possible[term_id]


def _next_month(month):
    return (month + timedelta(days=31)).replace(day=1)


def _refuse_the_nameless(rows):
    """A learner without a name would be lost on the list."""
    nameless = sum(row.surname is None for row in rows)
    if nameless:
        raise ListsError(f"{nameless} learners have no name in the deliveries in use; build the month again")


# --- what stands in a workbook ----------------------------------------------------------------------------------------


def _packages(term: Term, standing: date, owed: list[Setting], rows: list[sa.Row]) -> list[Package]:
    """A locked workbook for every setting, with or without learners, and the SEN team's own."""
    words = outbox.passwords([*(setting.id for setting in owed), SEN_TEAM])
    of_setting: dict[str, list] = {setting.id: [] for setting in owed}
    of_team = []
    for row in rows:
        (of_team if row.setting is None or row.why == "no_day_known" else of_setting[row.setting]).append(row)
    heading = _heading(standing)
    packages = [
        _package(term, setting.id, _of_setting(term, heading, setting, of_setting[setting.id]),
                 len(of_setting[setting.id]), words)
        for setting in owed
    ]  # fmt: skip
    team = _of_team(term, heading, of_team, [(setting, of_setting[setting.id]) for setting in owed])
    return [*packages, _package(term, SEN_TEAM, team, len(of_team), words)]


def _package(term, setting, sheets, count, words):
    path = f"{FOLDER}/{term.id}/{file_name(setting, term.id)}"
    return Package(setting, path, count, locked_workbook.locked(sheets, words[setting]))


def file_name(setting: str, term_id: str) -> str:
    """URN and term, nothing else: names of files are seen by people who may not see what is in them."""
    return f"{setting}-{term_id}.xlsx"


def _heading(standing):
    """What every sheet says of itself."""
    known = _next_month(standing) - timedelta(days=1)
    return [*notice(), f"As recorded by {day_name(known)}."]


def notice() -> list[str]:
    """What every workbook with names says of itself first."""
    with warehouse.engine().connect() as connection:
        made_up = ["Made-up data: no real child is in it."] if editions.is_made_up(connection) else []
    return ["OFFICIAL-SENSITIVE: personal data of children. Open, keep and share it only as your work needs.", *made_up]


def _of_setting(term, heading, setting, rows):
    due, earlier, moving = _by_why(rows)
    none = f"No learner at {setting.title} has an annual review due in this term. This list is complete."
    return [
        _sheet("Due this term", f"Annual reviews due in the {term.title}",
               [setting.title, _window(term), *heading, _count(due)], _columns(), due, none),
        _sheet("Due earlier", "Annual reviews due before the term, with no decision recorded",
               [setting.title, *heading, "A review may have been held since: please tell the SEN team.",
                _count(earlier)], _columns(), earlier, "None."),
        _sheet("Phase transfers", "Phase transfers in this school year whose annual review is due later",
               [setting.title, *heading, _MOVING, _count(moving)], _columns(), moving, "None."),
        Sheet("Notes", _NOTES),
    ]  # fmt: skip


def _of_team(term, heading, rows, others):
    due, earlier, moving = _by_why(rows)
    undated = [row for row in rows if row.why == "no_day_known"]
    index = [
        (setting.id, setting.name, setting.plans_count, *map(len, _by_why(found)), file_name(setting.id, term.id))
        for setting, found in others
    ]
    lines = [_window(term), *heading]
    columns = _columns(place=True)
    return [
        _sheet("Due this term", f"Learners without a school or college: reviews due in the {term.title}",
               [*lines, _count(due)], columns, due, "None."),
        _sheet("Due earlier", "Learners without a school or college: reviews due before, with no decision recorded",
               [*lines, _count(earlier)], columns, earlier, "None."),
        _sheet("Phase transfers", "Learners without a school or college: phase transfers whose review is due later",
               [*lines, _MOVING, _count(moving)], columns, moving, "None."),
        _sheet("No day known", "Learners with a plan for whom no review day can be worked out",
               [*lines, _count(undated)], columns, undated, "None."),
        Sheet("All lists", [f"Every list of the {term.title}", *lines, f"{len(index)} settings."], _INDEX, index),
        Sheet("Notes", _NOTES),
    ]  # fmt: skip


def _sheet(name, title, lines, columns, rows, when_empty):
    cells = [[get(row) for get in columns.values()] for row in rows]
    return Sheet(name, [title, *lines], list(columns), cells, when_empty)


def _by_why(rows: Iterable[sa.Row]) -> list[list]:
    """Rows due in the term, due before it, and due later though a phase transfer asks for the review now."""
    return [[row for row in rows if row.why == why] for why in ("due_in_term", "due_before", "phase_transfer")]


def _columns(place=False):
    """Titles of the columns and what stands in them."""
    columns = {
        "Surname": lambda row: row.surname,
        "Forename": lambda row: row.forename,
        "Date of birth": lambda row: row.born_on,
        "UPN": lambda row: row.upn,
        "Year group": lambda row: _year_group(row.year_group),
        "Review due by": lambda row: row.due_on,
        "Phase transfer: plan due by": lambda row: row.phase_transfer_due_on,
        "Last review decided on": lambda row: row.last_reviewed_on,
        "Meeting held on": lambda row: row.meeting_on,
        "Case team": lambda row: row.case_team,
    }
    if not place:
        return columns
    return {**columns, "Where": lambda row: row.setting or row.setting_type.replace("_", " ")}


def _year_group(number):
    if number is None:
        return None
    return "Before Reception" if number < 0 else "Reception" if number == 0 else f"Year {number}"


def _window(term):
    return f"From {day_name(term.starts_on)} to {day_name(term.last_on)}, the holiday after the term included."


def _count(rows):
    return f"{len(rows)} learner{'' if len(rows) == 1 else 's'}."


_INDEX = ("Setting", "Name", "Plans", "Due this term", "Due earlier", "Phase transfers", "File")
_MOVING = "The plan must name the next place by the deadline, so the review has to come before it."
_NOTES = (
    "Notes",
    "Review due by: the last day on which the authority's decision after the review is in time, 12 months after the "
    "last one or after the plan was issued (6 months while the child is under compulsory school age). The decision "
    "may take up to 4 weeks from the meeting, so hold the meeting at least 4 weeks before this day.",
    "Phase transfer: plan due by: the day by which the amended plan must name the next place: 15 February, or 31 March "
    "for a move to post-16. It is what the casework system has recorded. Where that has none, it is worked out: the "
    "learner is in the last year that the setting teaches, or in Year 11.",
    "Last review decided on: when the authority last decided to keep or amend the plan. Empty: not yet reviewed.",
    "Meeting held on: the meeting of this review has been held, and the authority's decision is awaited.",
    "Year group: on the first day of the term.",
    "Please tell the SEN team of a learner who is missing here or has left. Delete this file when the next one comes.",
)
# Of every file the last time that it was written; what was removed since is not there.
_WRITTEN = """
    select distinct on (w.file_name) w.setting, w.file_name, w.sha256, w.row_count, w.month, exists (
        select 1 from ops.list_log as s
        where s.la_code = w.la_code and s.list = w.list and s.of_when = w.of_when and s.event = 'sent'
            and s.file_name = w.file_name and s.sha256 = w.sha256
    ) as is_sent
    from ops.list_log as w
    where w.la_code = :la and w.list = :list and w.of_when = :term and w.event = 'written' and not exists (
        select 1 from ops.list_log as r
        where r.la_code = w.la_code and r.list = w.list and r.event = 'removed' and r.file_name = w.file_name
            and r.line_id > w.line_id
    )
    order by w.file_name, w.line_id desc
"""
