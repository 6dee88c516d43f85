"""What people write for the Board each month: managers on their measures, what the forums said, what is to be decided.

One YAML file a month, `<YYYY-MM>.yml`, beside the deliveries (docs/commentary.md). It is read when the month is frozen
and stands in the edition from then on; a word more or less is another edition. Free text is where a child could be
named, so what looks like one is refused. No text is ever part of an error: file, entry, rule and whom to ask are.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

import sqlalchemy as sa
import yaml

from send_data import connections, identity
from send_data import words as wording
from send_data.settings import settings

LONGEST = 700
FIELDS = {
    "meeting": {"held_on": date, "author": str, "lead": str, "previously_considered_by": str},
    "commentary": {"why": str, "doing": str, "by_when": date, "who": str, "written_by": str, "written_on": date},
    "voice": {"who": str, "heard_on": date, "said": str, "did": str},
    "decisions": {"decide": str, "because": str, "asked_by": str},
}
_PEOPLE = (
    r"(child(ren)?|pupils?|learners?|students?|young (people|persons?)|famil(y|ies)|parents?|boys?|girls?|sons?"
    r"|daughters?|siblings?|twins|cases?|plans?)"
)
_SMALL = r"([1-4]|one|two|three|four)\s+((more|other|new|of (the|our|these))\s+)?"
# What free text may not hold -> how it looks, once characters of one look are alike.
FORBIDDEN = {
    "holds a number of ten digits or more, as NHS numbers, ULNs, UPNs and telephone numbers have": r"\d(\W?\d){9,}",
    "holds an e-mail address": r"\S@\S",
    "holds a postcode": r"\b[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}\b",
    "says when somebody was born": r"\b(born (on|in)|date of birth|d\.?o\.?b\b)",
    "counts from 1 to 4 people or plans: say “a few”": rf"\b{_SMALL}{_PEOPLE}\b",
}


class CommentaryError(ValueError):
    """A file of the month cannot be taken; the message names it, the entry, the rule and whom to ask, no text of it."""


class Written(NamedTuple):
    """What was written for a month, as rows of `published`: meeting (none or one), comments, voices, decisions."""

    meetings: list[dict]
    comments: list[dict]
    voices: list[dict]
    decisions: list[dict]


def read(connection: sa.Connection, month: date, owners: Mapping[str, str | None]) -> Written:
    """What was written for a month; nothing where there is no file. `owners`: measure -> role that owns it.

    CommentaryError when the file or one entry of it cannot be taken.
    """
    name, content = _file_of(month)
    if content is None:
        return Written([], [], [], [])
    refuse = _refuser(name)
    found = _loaded(content, refuse)
    _known_keys(found, FIELDS, lambda rule: refuse("the file", rule))
    for measure_id in _mapping(found, "commentary", refuse):
        if measure_id not in owners:
            refuse(str(measure_id), "there is no such measure")
    entries = list(_entries(found, owners, refuse))
    for kind, label, ask, entry in entries:
        _check(connection, kind, entry, lambda rule, at=label, role=ask: refuse(at, rule, role))
    return _rows(entries)


def due_on(month: date) -> date:
    """The day by which managers write about a month: so many weekdays after its end (words.yml, `commentary`)."""
    day = date(month.year + month.month // 12, month.month % 12 + 1, 1) - timedelta(days=1)
    for _ in range(wording.words()["commentary"]["due_weekday"]):
        day += timedelta(days={4: 3, 5: 2}.get(day.weekday(), 1))
    return day


def what_is_forbidden(text: str) -> str | None:
    """Why a text may not be printed: it holds what looks like a child's identifier, or a small count. None: it may."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf").casefold()
    return next((rule for rule, pattern in FORBIDDEN.items() if re.search(pattern, plain)), None)


def _file_of(month: date) -> tuple[str, bytes | None]:
    """The month's file by name, and its bytes; None where there is none."""
    file_system, folder = connections.folder(settings().commentary_url)
    name = f"{month:%Y-%m}.yml"
    path = f"{folder}/{name}"
    return f"commentary {name}", file_system.cat_file(path) if file_system.exists(path) else None


def _refuser(name: str) -> Callable:
    """Raises what is wrong with an entry; without a role of its own the programme office is to be asked."""
    office = wording.words()["commentary"]["office"]

    def refuse(entry: str, rule: str, ask: str | None = None) -> None:
        raise CommentaryError(f"{name}, {entry}: {rule}; ask the {ask or office}")

    return refuse


class _OnceLoader(yaml.SafeLoader):
    """YAML in which no key stands twice: the first of two comments would be lost without a word."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if len(set(map(str, keys))) < len(keys):
            raise yaml.constructor.ConstructorError(None, None, "a key stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def _loaded(content: bytes, refuse: Callable) -> dict:
    try:
        found = yaml.load(content, Loader=_OnceLoader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        why = "a key stands twice" if "stands twice" in str(getattr(error, "problem", "")) else "this is no YAML"
        refuse(f"line {mark.line + 1}" if mark else "the file", why)
    if not isinstance(found, dict):
        refuse("the file", f"has none of {', '.join(FIELDS)}")
    return found


def _entries(found: Mapping, owners: Mapping[str, str | None], refuse: Callable) -> Iterable[tuple]:
    """(kind, what it is called in an error, whom to ask, entry) of everything in the file, in its order."""
    if found.get("meeting") is not None:
        yield "meeting", "meeting", None, _mapping(found, "meeting", refuse)
    for measure_id, entry in _mapping(found, "commentary", refuse).items():
        yield "commentary", measure_id, owners[measure_id], entry
    for kind in ("voice", "decisions"):
        listed = found.get(kind) or []
        if not isinstance(listed, list):
            refuse(kind, "is no list")
        for place, entry in enumerate(listed, start=1):
            yield kind, f"{kind} {place}", None, entry


def _mapping(found: Mapping, name: str, refuse: Callable) -> dict:
    entry = found.get(name) or {}
    if not isinstance(entry, dict):
        refuse(name, "has no fields")
    return entry


def _check(connection: sa.Connection, kind: str, entry: object, refuse: Callable) -> None:
    """Refuse an entry that lacks a field, has one too many, or says what may not be printed."""
    fields = FIELDS[kind]
    if not isinstance(entry, dict):
        refuse("has no fields")
    _known_keys(entry, fields, refuse)
    for name, type_ in fields.items():
        if entry.get(name) is None and kind != "meeting":
            refuse(f"{name} is missing")
        if entry.get(name) is not None and type(entry[name]) is not type_:
            refuse(f"{name} is no {'day (2026-11-30)' if type_ is date else 'text'}")
    for name in (name for name, type_ in fields.items() if type_ is str and entry.get(name) is not None):
        check_text(connection, entry[name], lambda rule, at=name: refuse(f"{at} {rule}"))


def check_text(connection: sa.Connection, text: str, refuse: Callable) -> None:
    """Call `refuse` with the rule that a free text breaks, which is to be printed: its length, what it may not hold."""
    if not text.strip():
        refuse("is empty")
    if len(text) > LONGEST:
        refuse(f"is longer than {LONGEST} characters")
    if rule := what_is_forbidden(text):
        refuse(rule)
    if identity.names_a_child(connection, text):
        refuse("holds the name of a child that is known here")


def _known_keys(found: Mapping, known: Iterable[str], refuse: Callable) -> None:
    if set(found) - set(known):
        refuse(f"has a part that is none of {', '.join(known)}")


def _rows(entries: Iterable[tuple]) -> Written:
    """Entries as rows, texts without blanks around them, lists numbered in the file's order."""
    written = Written([], [], [], [])
    lists = {"meeting": written.meetings, "commentary": written.comments, "voice": written.voices,
             "decisions": written.decisions}  # fmt: skip
    for kind, label, _, entry in entries:
        row = {name: entry.get(name) for name in FIELDS[kind]}
        row |= {name: text.strip() for name, text in row.items() if isinstance(text, str)}
        key = {"measure_id": label} if kind == "commentary" else {"place": len(lists[kind]) + 1}
        lists[kind].append(key | row)
    return written
