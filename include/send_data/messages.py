"""What people are told: an edition is ready, a delivery is late, refused or in part set aside. Words only, no sending.

Of an edition: counts and names of measures and sources, from `published` alone. Of a delivery: its supplier's report,
rules and counts. Never a figure of children, never a value.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from send_data import board, contracts, outputs, pages, sentences, supplier_report, warehouse
from send_data import words as wording
from send_data.published import Edition
from send_data.settings import settings

TEAM, BOARD = "data team", "Board"
OWNER = "owner"


@dataclass(frozen=True)
class Message:
    """One message. `to`: TEAM, BOARD or OWNER, of whom `role` says which.

    `blocks`: (kind, content): text or heading or report and its text; list and its lines; link and (words, URL).
    """

    to: str
    role: str
    subject: str
    blocks: tuple[tuple, ...]

    @property
    def text(self) -> str:
        """The message without layout."""
        return "\n\n".join(_plain(*block) for block in self.blocks) + "\n"


@dataclass(frozen=True)
class Item:
    """What an owner is told of one delivery that came, or of one that did not."""

    about: str
    owner: str
    heading: str
    blocks: tuple[tuple, ...]


def ready_editions() -> dict[int, tuple[str, str]]:
    """{edition: (what is told, role)} of the newest edition of each month whose files stand.

    A draft is told to the data team, an approved edition to the Board.
    """
    with warehouse.engine("board_reader").connect() as connection:
        found = connection.execute(sa.text(_NEWEST), {"la": settings().la_code}).all()
    return {row.edition_id: _told_of(row) for row in found if not outputs.missing(f"{row.month:%Y-%m}")}


def _told_of(edition) -> tuple[str, str]:
    return f"edition {edition.edition_id} {edition.status}", BOARD if edition.status == "approved" else TEAM


def of_edition(edition: Edition) -> Message:
    """What is told of an edition: what it is, the paper's words on measures, what misses the law, where it stands."""
    header = edition.header
    month, is_approved = sentences.month_name(header["month"]), header["status"] == "approved"
    measures = pages.measure_pages(edition, wording.words())
    below_law = [page.measure["title"] for page in measures if page.standing.law == "not_met"]
    state = "approved" if is_approved else "a draft is ready"
    paper = "Correction of the SEND Board paper" if edition.correction else "SEND Board paper"
    said = [*board.summary(measures, repatriation=None), _sources_sentence(edition.sources)]
    blocks = [("text", _what_it_is(edition, month)), ("text", " ".join(said))]
    if below_law:
        blocks += [("text", "Measures that miss the law:"), ("list", tuple(below_law))]
    return Message(
        to=BOARD if is_approved else TEAM,
        role=BOARD if is_approved else TEAM,
        subject=f"{_made_up(header)}{paper} for {month}: {state}",
        blocks=(*blocks, _where(header["month"], month)),
    )


def _sources_sentence(sources: Sequence[Mapping]) -> str:
    missing = sum(row["arrival"] != "came" for row in sources)
    if not missing:
        return "Every source came."
    return f"{missing} of {len(sources)} sources came late, were refused or are missing; what rests on them is older."


def of_owners(on: date) -> dict[str, list[Item]]:
    """By owner, what is late on a day, and each delivery that was refused or has rows set aside."""
    by_owner: dict[str, list[Item]] = {}
    for item in [*_late(on), *_broken()]:
        by_owner.setdefault(item.owner, []).append(item)
    return dict(sorted(by_owner.items()))


def to_owner(owner: str, items: Iterable[Item], is_known: bool = True) -> Message:
    """One message with all items of an owner; `is_known`: whether the owner's address is, else it goes to the team."""
    items = list(items)
    told = f"You are told as the owner of these sources: {owner}."
    if not is_known:
        told = (
            f"No address is known of their owner, {owner}, so this comes to the data team: pass it on, and put the "
            "address into the contacts file."
        )
    blocks = [("text", told)]
    for item in items:
        blocks += [("heading", item.heading), *item.blocks]
    number = "1 delivery needs" if len(items) == 1 else f"{len(items)} deliveries need"
    return Message(OWNER, owner, f"SEND data: {number} your attention", tuple(blocks))


def _late(on: date) -> list[Item]:
    """The feeds whose last due day has passed without a delivery that can be used, since deliveries are kept."""
    feeds = contracts.by_feed(contracts.source_contracts())
    with warehouse.engine().connect() as connection:
        came, first, newest = _deliveries(connection)
        reasons = dict(connection.execute(sa.text(_NOT_FETCHED)).all())
    if first is None:
        return []
    items = []
    for feed, sources in feeds.items():
        due = [m for m in _months(first, newest) if m.month in sources[0].months and _due_on(m, sources[0]) < on]
        if sources[0].by_day and due and (feed, due[-1]) not in came:
            items += _late_items(feed, sources, due[-1], reasons.get(feed))
    return items


def _late_items(feed, sources, month, reason):
    due_on = sentences.day_name(_due_on(month, sources[0]))
    said = f"Nothing that can be used has come. It was due by {due_on}."
    if reason:
        said += f" It could not be fetched: {reason}."
    said += " Until it comes, the last delivery stays in use and the Board paper says so."
    heading = f"{_titles(sources)}, {sentences.month_name(month)}: late"
    about = f"late {feed} {month:%Y-%m}"
    return [Item(about, owner, heading, (("text", said),)) for owner in _owners(sources)]


def _broken() -> list[Item]:
    """The newest deliveries that were refused or had rows set aside, each with the report its supplier gets."""
    feeds = contracts.by_feed(contracts.source_contracts())
    with warehouse.engine().connect() as connection:
        found = connection.execute(sa.text(_BROKEN), {"la": settings().la_code}).all()
    return [item for row in found if row.feed in feeds for item in _broken_items(row, feeds[row.feed])]


def _broken_items(row, sources):
    state = "refused" if row.status == "refused" else "rows set aside"
    heading = f"{_titles(sources)}, {sentences.month_name(row.month)}: {state}"
    report = ("report", supplier_report.text(row.delivery_id).strip())
    return [Item(f"delivery {row.delivery_id} {row.status}", o, heading, (report,)) for o in _owners(sources)]


def _deliveries(connection):
    """({(feed, month) that can be used}, first month, newest month); no month without a delivery."""
    rows = connection.execute(sa.text(_CAME), {"la": settings().la_code}).all()
    months = [row.month for row in rows]
    return (
        {(row.feed, row.month) for row in rows if row.is_usable},
        min(months, default=None),
        max(months, default=None),
    )


def _months(first, last):
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def _due_on(month, contract):
    """The day by which the delivery for a month is due: a day of the month after."""
    after = _months(month, date(month.year + month.month // 12, month.month % 12 + 1, 1))[-1]
    return after + timedelta(days=(contract.by_day or 1) - 1)


def _owners(sources):
    return sorted({contract.owner for contract in sources})


def _titles(sources):
    titles = [contract.title for contract in sources]
    return ", ".join(titles) if len(titles) < 3 else f"{titles[0]} and {len(titles) - 1} more tables"


def _what_it_is(edition: Edition, month: str) -> str:
    header = edition.header
    status = pages.status_words(header) if header["status"] == "approved" else "ready as a draft"
    said = f"Edition {header['edition_id']} for {month} is {status}."
    if edition.correction:
        corrects = edition.correction[0]["corrects_edition_id"]
        said += f" It corrects edition {corrects}; the paper says what differs and why."
    if header["is_made_up"]:
        said += " The borough is made up: no real child is in it."
    return said


def _made_up(header: Mapping) -> str:
    return "[made-up borough] " if header["is_made_up"] else ""


def _where(month: date, name: str) -> tuple:
    """A link to the paper, or the file's place where nobody has said under which address editions are read."""
    if settings().editions_url is None:
        return ("text", f"The paper is {outputs.folder_of(f'{month:%Y-%m}') / 'board-paper.html'}")
    url = f"{settings().editions_url.rstrip('/')}/{month:%Y-%m}/board-paper.html"
    return ("link", (f"Open the Board paper for {name}", url))


def _plain(kind: str, content: object) -> str:
    if kind == "list":
        return "\n".join(f"- {line}" for line in content)
    if kind == "link":
        return f"{content[0]}: {content[1]}"
    return f"{content}\n{'-' * len(content)}" if kind == "heading" else content


_NEWEST = """
    select distinct on (month) edition_id, month, status from published.editions
    where la_code = :la
    order by month, edition_id desc
"""
_CAME = """
    select feed, month, bool_or(status <> 'refused') as is_usable from ops.delivery where la_code = :la
    group by feed, month
"""
_NOT_FETCHED = "select distinct feed, not_fetched from ops.source where not_fetched is not null"
# Of a feed and month only the newest judged delivery counts: what came after it put it right, or is told itself.
_BROKEN = """
    with newest as (
        select distinct on (feed, month) delivery_id, feed, month, status from ops.delivery
        where la_code = :la and status <> 'landed'
        order by feed, month, delivery_id desc
    )
    select * from newest as n
    where n.status = 'refused' or exists (
        select 1 from ops.load as l where l.delivery_id = n.delivery_id and l.rows_quarantined > 0
    )
    order by n.feed, n.month
"""
