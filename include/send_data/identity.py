"""People: one random key for one child, whichever service speaks.

Every accepted row that names a child (a contract's `person:`, within its `person_when:`) is given a person_key in
`identity.source_record`. Rows are of one child when they share a UPN, a ULN, an NHS number, a service's own number for
the child, or name, date of birth and postcode together; all compared after normalising. Keys are random (uuid4), so
nothing can be worked out from them, and they stay: a child met again keeps the key of the first meeting. When a later
row shows two keys to be one child, the older key wins and every row of the other is repointed.

Where exact keys fail, `linkage` scores the people of whom something new is said against all others: certain pairs are
merged like exact ones, doubtful ones wait in `identity.pair` for a person. What a person decides wins over every later
link, and `undo` takes apart what was linked by score or decision.

Order of arrival does not change who is one child with whom by exact keys. By score it can in one case: a link is made
on what is known that day, and a later row that would have spoken against it only makes the wrong link visible.
Only this module reads identifiers, and the functions of `lists` (0026); its text holds counts alone.
"""

import csv
import io
import re
import unicodedata
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import datetime
from itertools import combinations, pairwise

import sqlalchemy as sa
from stdnum.gb import nhs, upn

from send_data import landing, linkage, warehouse
from send_data.contracts import Contract
from send_data.linkage import NUMBERS, Pair, Person, Said
from send_data.settings import settings

NAMED = ("forename", "surname", "date_of_birth", "postcode")
DESCRIBED = (*NAMED, "sex")
NOTHING = Said()
# One lock for the whole of identity: two links at once could give one child two keys.
IDENTITY_LOCK = 3030002
Report = Callable[[str], None]


class IdentityError(ValueError):
    """What a person asked cannot be done to these keys; the text holds keys alone, which say nothing of a child."""


@dataclass(frozen=True)
class Row:
    """One row that names a child: where it stands, and the identifiers by which it may be matched."""

    source: str
    delivery_id: int
    row_number: int
    identifiers: frozenset[tuple[str, str]]
    said: Said = NOTHING
    is_barred: bool = False


def link_people(report: Report = print) -> int:
    """Give every accepted row that has none a person_key; returns the number of rows linked. Run again: 0."""
    sources = [contract for contract in landing.prepare_sources().values() if contract.person]
    with _locked() as connection:
        barred = _do_not_link(connection)
        rows = [row for contract in sources for row in _unlinked(connection, contract, barred)]
        if not rows:
            return 0
        known = _known_identifiers(connection)
        age = _ages(connection)
        keys, merged = assign_keys(rows, known, age, _apart(connection))
        _write(connection, rows, keys, merged, known, age)
        fresh = _describe(connection, rows, [merged.get(key, key) for key in keys])
        connection.exec_driver_sql("analyze identity.source_record")
        linked, waiting = _link_likely(connection, fresh)
    report(f"{len(rows)} rows of {len(set(keys))} children linked, {len(merged)} children found to be others")
    report(f"{linked} children found to be others by likelihood, {waiting} pairs more wait for a decision")
    return len(rows)


def assign_keys(
    rows: list[Row], known: dict[tuple[str, str], str], age: dict[str, int], apart: Collection[frozenset] = ()
) -> tuple[list[str], dict[str, str]]:
    """Keys of the rows, in their order, and {key given up: key that takes its place}.

    `known` are identifiers met before with their key, `age` the order in which keys were made (the lowest is oldest).
    A component of rows with no known identifier gets a new random key. `apart` are pairs of keys that stay two
    children: where a row's identifiers would join them, it goes with the stronger (UPN, ULN, NHS number, a service's
    own number, name with birth date and postcode, in this order).
    """
    leader = _components(_exact_edges(rows, known), apart)
    oldest: dict[tuple, str] = {}
    for key in sorted(set(known.values()), key=lambda key: (age.get(key, 0), key)):
        oldest.setdefault(leader(("key", key)), key)
    merged = {key: oldest[leader(("key", key))] for key in set(known.values()) if oldest[leader(("key", key))] != key}
    keys = []
    for place in range(len(rows)):
        component = leader(("row", place))
        if component not in oldest:
            oldest[component] = str(uuid.uuid4())
        keys.append(oldest[component])
    return keys, merged


def normalised(kind: str, text: str | None) -> str | None:
    """An identifier as it is compared: NFKC, ASCII, no separators; None when it cannot serve to match.

    Names are folded to lower-case letters, postcodes lose their blanks, dates become yyyy-mm-dd, sex is M or F.
    Numbers that fail their check, or whose digits are all alike, match nobody.
    """
    if not text:
        return None
    plain = unicodedata.normalize("NFKC", text)
    if kind in ("forename", "surname"):
        return _letters(plain)
    if kind == "date_of_birth":
        return _iso_date(plain.strip())
    compact = _compact(plain)
    if kind == "sex":
        return {"1": "M", "2": "F", "M": "M", "F": "F"}.get(compact)
    checks = {"upn": is_upn, "nhs_number": is_nhs_number, "uln": is_uln}
    if kind in checks and not checks[kind](compact):
        return None
    return compact or None


def names_a_child(connection: sa.Connection, text: str) -> bool:
    """Whether two words of a text, one after the other, are the forename and surname of a child that is known."""
    said = [_letters(word) for word in re.split(r"[^\w'’-]+", unicodedata.normalize("NFKC", text))]
    pairs = [pair for pair in pairwise(said) if all(pair)]
    names = {"forenames": [one for one, _ in pairs], "surnames": [other for _, other in pairs]}
    return bool(pairs) and connection.execute(sa.text(_NAMED), names).scalar_one()


def is_upn(text: str) -> bool:
    """Whether a UPN's check letter is right (13 characters; the last a letter when it is temporary)."""
    shaped = re.fullmatch(r"[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]", text) and not _all_alike(text[1:])
    # The library's own validity test knows a fixed list of authorities and refuses children of newer ones.
    return bool(shaped) and upn.calc_check_digit(text[1:]) == text[0]


def is_nhs_number(text: str) -> bool:
    """Whether an NHS number's check digit is right and its digits are not all alike (the arithmetic passes those)."""
    return bool(re.fullmatch(r"[0-9]{10}", text)) and not _all_alike(text) and nhs.is_valid(text)


def is_uln(text: str) -> bool:
    """Whether a ULN has ten digits, the first not 0, and not all alike."""
    return bool(re.fullmatch(r"[1-9][0-9]{9}", text)) and not _all_alike(text)


def identifiers_of(system: str, person: dict[str, str | None]) -> frozenset[tuple[str, str]]:
    """(kind, value) by which a row may be matched, from what it says of the child by kind of `person:`.

    Name, date of birth and postcode match together. Name and date of birth alone match within their system, and only
    where there is no number: a service that says the same again means the same child. A service's own number matches
    within its system.
    """
    found = {kind: normalised(kind, text) for kind, text in person.items()}
    pairs = {
        (kind if kind in NUMBERS else f"{system}_{kind}", value)
        for kind, value in found.items()
        if value and kind not in DESCRIBED
    }
    named = [found.get(kind) for kind in NAMED]
    if all(named):
        pairs.add(("name_born_postcode", "|".join(named)))
    elif all(named[:3]) and not pairs:
        pairs.add((f"{system}_name_born", "|".join(named[:3])))
    return frozenset(pairs)


def row_of(
    contract: Contract, delivery_id: int, row_number: int, texts: Iterable, barred: Collection[tuple[str, str]] = ()
) -> Row:
    """A row from what stands in the columns of its contract's `person:`; identifiers that are barred match nobody."""
    person = dict(zip(contract.person, texts, strict=True))
    identifiers = identifiers_of(contract.system, person)
    kept = identifiers.difference(barred)
    return Row(contract.source, delivery_id, row_number, kept, said_of(person), kept != identifiers)


def said_of(person: dict[str, str | None]) -> Said:
    """What a row says of a child, folded for comparing by likelihood: numbers also when they fail their check."""
    said = {kind: normalised(kind, person.get(kind)) or "" for kind in ("date_of_birth", "postcode", "sex")}
    for kind in NUMBERS:
        said[kind] = _compact(unicodedata.normalize("NFKC", person.get(kind) or ""))
    for kind in ("forename", "surname"):
        parts = re.split(r"[\s-]+", person.get(kind) or "")
        said[kind] = " ".join(filter(None, (normalised(kind, part) for part in parts)))
    return Said(**said)


def person_of(key: str, said: Iterable[Said], is_fresh: bool = True) -> Person:
    """A person as `linkage` compares them; which of the numbers said are valid is known here."""
    said = tuple(said)
    numbers = {(kind, getattr(one, kind)) for one in said for kind in NUMBERS if normalised(kind, getattr(one, kind))}
    return Person(key, said, frozenset(numbers), is_fresh)


# --- who is one child with whom ---------------------------------------------------------------------------------------


STRENGTH = {"upn": 0, "uln": 1, "nhs_number": 2, "name_born_postcode": 4}


def _exact_edges(rows: list[Row], known: dict[tuple[str, str], str]) -> Iterator[tuple[tuple, tuple]]:
    """Pairs that are one child, the strongest first: an identifier and its key, a row and each identifier it holds."""
    for pair, key in known.items():
        yield ("identifier", *pair), ("key", key)
    held = ((STRENGTH.get(pair[0], 3), pair, place) for place, row in enumerate(rows) for pair in row.identifiers)
    for _, pair, place in sorted(held):
        yield ("row", place), ("identifier", *pair)


def _components(edges: Iterable[tuple[tuple, tuple]], apart: Collection[frozenset]) -> Callable[[tuple], tuple]:
    """A function from a thing to the leader of its connected component. No edge joins two keys that stay apart."""
    parent: dict[tuple, tuple] = {}
    strangers: dict[str, set[str]] = {}
    for one, other in map(tuple, apart):
        strangers.setdefault(one, set()).add(other)
        strangers.setdefault(other, set()).add(one)
    # Only keys that a decision speaks of are kept by component: there are few.
    watched = {("key", key): {key} for key in strangers}

    def leader(thing):
        top = thing
        while parent.get(top, top) != top:
            top = parent[top]
        while parent.get(thing, thing) != top:
            parent[thing], thing = top, parent[thing]
        return top

    for one, other in edges:
        mine, theirs = leader(one), leader(other)
        held, coming = watched.get(theirs, set()), watched.get(mine, set())
        if mine == theirs or any(strangers[key] & held for key in coming):
            continue
        parent[mine] = theirs
        if coming:
            watched[theirs] = held | coming
    return leader


def _all_alike(text):
    return len(set(text)) == 1


def _letters(text):
    """Letters only, without accents, in lower case: O'Brien and OBRIEN are one name."""
    bare = unicodedata.normalize("NFKD", text)
    return "".join(c for c in bare if c.isalpha()).casefold() or None


def _compact(text):
    return re.sub(r"[^0-9A-Za-z]", "", text).upper()


def _iso_date(text):
    uk = re.fullmatch(r"(\d{2})[/-](\d{2})[/-](\d{4})", text)
    if uk:
        return f"{uk[3]}-{uk[2]}-{uk[1]}"
    return text if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None


# --- the closed tables ------------------------------------------------------------------------------------------------


def _do_not_link(connection):
    """Identifiers that never join two rows, for a child who must not be found again."""
    query = "select kind, value from identity.do_not_link where la_code = :la"
    return {(row.kind, row.value) for row in connection.execute(sa.text(query), {"la": settings().la_code})}


def _unlinked(connection, contract: Contract, barred):
    """Rows of a source's accepted deliveries that have no key yet."""
    columns = ", ".join(f"r.{column}" for column in contract.person.values())
    followed = "".join(f" and upper(trim(r.{column})) = any(:{column})" for column in contract.person_when)
    query = f"""
        select r.delivery_id, r.row_number, {columns} from raw.{contract.source} as r
        inner join ops.delivery as d on r.delivery_id = d.delivery_id
        left join identity.source_record as s
            on s.source = :source and s.delivery_id = r.delivery_id and s.row_number = r.row_number
        where d.la_code = :la and d.status = 'accepted' and s.source is null{followed}
        order by d.month, r.delivery_id, r.row_number
    """
    when = {column: list(codes) for column, codes in contract.person_when.items()}
    values = {"la": settings().la_code, "source": contract.source, **when}
    for delivery_id, row_number, *texts in connection.execute(sa.text(query), values):
        yield row_of(contract, delivery_id, row_number, texts, barred)


def _known_identifiers(connection):
    query = "select kind, value, cast(person_key as text) from identity.identifier where la_code = :la"
    rows = connection.execute(sa.text(query), {"la": settings().la_code})
    return {(kind, value): key for kind, value, key in rows}


def _ages(connection):
    """Order of the keys: by the delivery they were made for."""
    query = "select cast(person_key as text), coalesce(created_by_delivery, 0) from identity.person where la_code = :la"
    return {key: number for key, number in connection.execute(sa.text(query), {"la": settings().la_code})}


def _write(connection, rows, keys, merged, known, age):
    """New keys, new identifiers, the rows' keys; then what a merger changes."""
    la_code = settings().la_code
    new_people, new_identifiers = {}, {}
    for row, key in zip(rows, keys, strict=True):
        if key not in age:
            new_people[key] = min(row.delivery_id, new_people.get(key, row.delivery_id))
        for pair in row.identifiers:
            if pair not in known:
                new_identifiers[pair] = key
    _copy(
        connection,
        "identity.person (person_key, la_code, created_by_delivery)",
        ((key, la_code, delivery) for key, delivery in new_people.items()),
    )
    _copy(
        connection,
        "identity.identifier (la_code, kind, value, person_key)",
        ((la_code, *pair, key) for pair, key in new_identifiers.items()),
    )
    _copy(
        connection,
        "identity.source_record (source, delivery_id, row_number, person_key)",
        ((row.source, row.delivery_id, row.row_number, key) for row, key in zip(rows, keys, strict=True)),
    )
    for gone, kept in merged.items():
        _merge(connection, gone, kept)


def _merge(connection, gone, kept):
    """Point everything of a key that was given up to the one that takes its place."""
    keys = {"kept": kept, "gone": gone}
    for table in ("identifier", "source_record"):
        statement = (
            f"update identity.{table} set person_key = cast(:kept as uuid) where person_key = cast(:gone as uuid)"
        )
        connection.execute(sa.text(statement), keys)
    for statement in _MERGE:
        connection.execute(sa.text(statement), keys)


_MERGE = (
    f"""
    insert into identity.description (la_code, person_key, is_barred, {", ".join(linkage.FIELDS)})
    select la_code, cast(:kept as uuid), is_barred, {", ".join(linkage.FIELDS)} from identity.description
    where person_key = cast(:gone as uuid)
    on conflict do nothing
    """,
    "delete from identity.description where person_key = cast(:gone as uuid)",
    # A pair of the two is settled by this. Others of the key that goes are the kept one's now; a decision outweighs.
    """
    insert into identity.pair
        (la_code, one_key, other_key, outcome, score, words, one_sources, other_sources, decided_by, decided_at)
    select
        la_code, cast(:kept as uuid), case when one_key = cast(:gone as uuid) then other_key else one_key end,
        outcome, score, words, one_sources, other_sources, decided_by, decided_at
    from identity.pair
    where cast(:gone as uuid) in (one_key, other_key) and cast(:kept as uuid) not in (one_key, other_key)
        and outcome in ('waiting', 'different')
    on conflict (least(one_key, other_key), greatest(one_key, other_key)) do update set
        outcome = excluded.outcome, decided_by = excluded.decided_by, decided_at = excluded.decided_at
    where excluded.outcome = 'different'
    """,
    """
    delete from identity.pair
    where cast(:gone as uuid) in (one_key, other_key) and outcome in ('waiting', 'different')
    """,
    "update identity.pair set one_key = cast(:kept as uuid) where one_key = cast(:gone as uuid)",
    "delete from identity.person where person_key = cast(:gone as uuid)",
)


def _copy(connection, target, rows):
    lines = io.StringIO(newline="")
    csv.writer(lines, lineterminator="\n").writerows(rows)
    lines.seek(0)
    with connection.connection.cursor() as cursor:
        cursor.copy_expert(f"copy {target} from stdin with (format csv)", lines)


# --- linked by likelihood, decided by people --------------------------------------------------------------------------

SAME, DIFFERENT = "same", "different"
VERDICTS = (SAME, DIFFERENT)


@dataclass(frozen=True)
class Waiting:
    """A pair in the review queue: its keys, how likely it is one child, why, and who named them when. No value."""

    one: str
    other: str
    score: float
    words: list[str]
    one_sources: list[str]
    other_sources: list[str]


def review_queue() -> list[Waiting]:
    """Pairs that wait for a person, the likeliest first."""
    query = """
        select cast(one_key as text), cast(other_key as text), cast(score as float), words, one_sources, other_sources
        from identity.pair
        where la_code = :la and outcome = 'waiting'
            and one_key not in (select person_key from identity.barred_person)
            and other_key not in (select person_key from identity.barred_person)
        order by score desc, one_key, other_key
    """
    with warehouse.engine().connect() as connection:
        return [Waiting(*row) for row in connection.execute(sa.text(query), {"la": settings().la_code})]


def outcomes() -> dict[str, int]:
    """How many pairs were linked by likelihood, wait, and were decided to be the same or different."""
    query = "select outcome, count(*) from identity.pair where la_code = :la group by outcome"
    with warehouse.engine().connect() as connection:
        counts = {outcome: n for outcome, n in connection.execute(sa.text(query), {"la": settings().la_code})}
    return {outcome: counts.get(outcome, 0) for outcome in ("linked", "waiting", *VERDICTS)}


def match_rates() -> list[tuple]:
    """(source, month, children, known elsewhere, by likelihood) of the live marts; empty before the first build."""
    with warehouse.engine().connect() as connection:
        if connection.exec_driver_sql("select to_regclass('marts.fct_match_rates')").scalar() is None:
            return []
        query = """
            select source, month_start, child_count, matched_count, likely_count from marts.fct_match_rates
            where la_code = :la order by source, month_start
        """
        return [tuple(row) for row in connection.execute(sa.text(query), {"la": settings().la_code})]


def decide(one: str, other: str, verdict: str, by: str, at: datetime) -> str:
    """Keep a person's decision on two keys; 'same' merges them. Returns the key that stands for `one` afterwards."""
    if verdict not in VERDICTS:
        raise IdentityError(f"a decision is {' or '.join(VERDICTS)}, not {verdict}")
    with _locked() as connection:
        age = _ages(connection)
        query = "select cast(person_key as text) from identity.barred_person"
        barred = set(connection.exec_driver_sql(query).scalars())
        for key in (one, other):
            if key not in age:
                raise IdentityError(f"no child has the key {key}: `send people review` lists the keys as they are now")
            if key in barred:
                raise IdentityError(f"{key} must not be linked: one of its identifiers is in identity.do_not_link")
        if one == other:
            raise IdentityError(f"{one} is one key: `send people undo` takes apart what was linked to it")
        kept, gone = sorted((one, other), key=lambda key: (age[key], key))
        if verdict == DIFFERENT:
            _keep_pair(connection, Pair(kept, gone, 0, ()), DIFFERENT, by, at)
            return one
        _link(connection, Pair(kept, gone, 0, ()), SAME, by, at)
        return kept


def undo(key: str, by: str, at: datetime) -> list[str]:
    """Take apart what was linked to a key by score or decision; returns the keys its children have from now on.

    Rows are grouped anew by exact identifiers, and the groups are kept apart as a person's decision. Raises
    IdentityError when exact identifiers hold everything together: then one of them is wrong, and belongs into
    `identity.do_not_link` before this is asked again.
    """
    with _locked() as connection:
        rows = _rows_of(connection, key)
        keys, _ = assign_keys(rows, {}, {})
        if len(set(keys)) < 2:
            raise IdentityError(f"{key}: exact identifiers hold its {len(rows)} rows together, or it does not exist")
        # The group that was met first keeps the key.
        keys = [key if new == keys[0] else new for new in keys]
        _part(connection, key, rows, keys)
        found = list(dict.fromkeys(keys))
        for one, other in combinations(found, 2):
            _keep_pair(connection, Pair(one, other, 0, ()), DIFFERENT, by, at)
        _link_likely(connection, set(found))
    return found


@contextmanager
def _locked() -> Iterator[sa.Connection]:
    """A transaction that changes identity alone."""
    with warehouse.engine().begin() as connection:
        connection.execute(sa.text("select pg_advisory_xact_lock(:key)"), {"key": IDENTITY_LOCK})
        yield connection


def _link_likely(connection, fresh):
    """Score the people of whom something new is said; merge what is certain, queue what is doubtful; count both."""
    people = _people(connection, fresh)
    if not any(person.is_fresh for person in people):
        return 0, 0
    certain, waiting = linkage.judge(people, _apart(connection))
    age, taken = _ages(connection), {}

    def now(key):
        return now(taken[key]) if key in taken else key

    def current(pair):
        kept, gone = sorted((now(pair.one), now(pair.other)), key=lambda key: (age[key], key))
        return Pair(kept, gone, pair.score, pair.words)

    linked = 0
    for found in sorted(certain, key=lambda pair: -pair.score):
        pair = current(found)
        if pair.one != pair.other:
            _link(connection, pair, "linked")
            taken[pair.other], linked = pair.one, linked + 1
    queued = {pair.keys: pair for pair in map(current, sorted(waiting, key=lambda pair: pair.score))}
    for pair in queued.values():
        if pair.one != pair.other:
            _keep_pair(connection, pair, "waiting")
    return linked, sum(len(keys) == 2 for keys in queued)


def _people(connection, fresh):
    """Everybody who may be found again, with all that is said of them."""
    query = f"""
        select cast(person_key as text), {", ".join(linkage.FIELDS)} from identity.description
        where la_code = :la and person_key not in (select person_key from identity.barred_person)
    """
    said = {}
    for key, *texts in connection.execute(sa.text(query), {"la": settings().la_code}):
        said.setdefault(key, []).append(Said(*texts))
    return [person_of(key, texts, key in fresh) for key, texts in said.items()]


def _describe(connection, rows, keys):
    """Keep what is said of each key; returns the keys of which something new is."""
    columns = ", ".join(linkage.FIELDS)
    said = {(key, row.is_barred, row.said) for row, key in zip(rows, keys, strict=True) if row.said}
    connection.exec_driver_sql(
        f"create temporary table said (person_key uuid, is_barred boolean, "
        f"{', '.join(f'{name} text' for name in linkage.FIELDS)}) on commit drop"
    )
    _copy(
        connection,
        f"said (person_key, is_barred, {columns})",
        ((key, is_barred, *astuple(one)) for key, is_barred, one in said),
    )
    texts = ", ".join(f"coalesce({name}, '')" for name in linkage.FIELDS)
    statement = f"""
        insert into identity.description (la_code, person_key, is_barred, {columns})
        select :la, person_key, is_barred, {texts} from said
        on conflict do nothing returning cast(person_key as text)
    """
    fresh = set(connection.execute(sa.text(statement), {"la": settings().la_code}).scalars())
    connection.exec_driver_sql("drop table said")
    return fresh


def _apart(connection):
    """Pairs of keys that a person has decided to be two children."""
    query = """
        select cast(one_key as text), cast(other_key as text) from identity.pair
        where la_code = :la and outcome = 'different'
    """
    return {frozenset(row) for row in connection.execute(sa.text(query), {"la": settings().la_code})}


def _link(connection, pair, outcome, by=None, at=None):
    """Make two keys one, and keep on what grounds."""
    _keep_pair(connection, pair, outcome, by, at)
    _merge(connection, pair.other, pair.one)


def _keep_pair(connection, pair, outcome, by=None, at=None):
    """Keep a pair and its outcome; grounds that were kept before stay, and a score never overrules a decision."""
    named = {
        key: sorted(connection.execute(sa.text(_NAMED_BY), {"key": key}).scalars()) for key in (pair.one, pair.other)
    }
    values = {
        "la": settings().la_code,
        "one": pair.one,
        "other": pair.other,
        "outcome": outcome,
        "score": pair.score if pair.words else None,
        "words": list(pair.words),
        "one_sources": named[pair.one],
        "other_sources": named[pair.other],
        "by": by,
        "at": at,
    }
    connection.execute(sa.text(_KEEP_PAIR), values)


_NAMED_BY = """
    select distinct record.source || ' ' || to_char(delivery.month, 'YYYY-MM')
    from identity.source_record as record
    inner join ops.delivery as delivery on record.delivery_id = delivery.delivery_id
    where record.person_key = cast(:key as uuid)
"""
_KEEP_PAIR = """
    insert into identity.pair
        (la_code, one_key, other_key, outcome, score, words, one_sources, other_sources, decided_by, decided_at)
    values (:la, cast(:one as uuid), cast(:other as uuid), :outcome, :score, :words, :one_sources, :other_sources,
        :by, :at)
    on conflict (least(one_key, other_key), greatest(one_key, other_key)) do update set
        one_key = excluded.one_key, other_key = excluded.other_key, outcome = excluded.outcome,
        score = coalesce(excluded.score, pair.score),
        words = case when excluded.score is null then pair.words else excluded.words end,
        one_sources = excluded.one_sources, other_sources = excluded.other_sources,
        decided_by = excluded.decided_by, decided_at = excluded.decided_at
    where pair.decided_at is null or excluded.decided_at is not null
"""


def _rows_of(connection, key):
    """Every row of a key, read again from raw, the first met first."""
    barred = _do_not_link(connection)
    rows = []
    for contract in landing.prepare_sources().values():
        if contract.person:
            query = f"""
                select r.delivery_id, r.row_number, {", ".join(f"r.{name}" for name in contract.person.values())}
                from raw.{contract.source} as r
                inner join identity.source_record as s
                    on s.source = :source and s.delivery_id = r.delivery_id and s.row_number = r.row_number
                where s.person_key = cast(:key as uuid)
            """
            for delivery_id, row_number, *texts in connection.execute(
                sa.text(query), {"source": contract.source, "key": key}
            ):
                rows.append(row_of(contract, delivery_id, row_number, texts, barred))
    return sorted(rows, key=lambda row: (row.delivery_id, row.source, row.row_number))


def _part(connection, key, rows, keys):
    """Give the rows of a key to the keys they have now, with their identifiers and all that is said and decided."""
    la_code = settings().la_code
    made, moved = {}, {}
    for row, new in zip(rows, keys, strict=True):
        made.setdefault(new, row.delivery_id)
        moved.update(dict.fromkeys(row.identifiers, new))
    for new, delivery in made.items():
        if new != key:
            values = {"la": la_code, "key": key, "new": new, "delivery": delivery}
            for statement in _PART:
                connection.execute(sa.text(statement), values)
    records = [
        {"new": new, "source": row.source, "delivery": row.delivery_id, "row": row.row_number}
        for row, new in zip(rows, keys, strict=True)
    ]
    connection.execute(sa.text(_MOVE_RECORD), records)
    identifiers = [{"la": la_code, "new": new, "kind": kind, "value": value} for (kind, value), new in moved.items()]
    if identifiers:
        connection.execute(sa.text(_MOVE_IDENTIFIER), identifiers)
    connection.execute(sa.text("delete from identity.description where person_key = cast(:key as uuid)"), {"key": key})
    connection.execute(sa.text(_FORGET_LINKS), {"key": key})
    _describe(connection, rows, keys)


_PART = (
    """
    insert into identity.person (person_key, la_code, created_by_delivery)
    values (cast(:new as uuid), :la, :delivery)
    """,
    # Whom the one key was decided to differ from, the others differ from too.
    """
    insert into identity.pair
        (la_code, one_key, other_key, outcome, words, one_sources, other_sources, decided_by, decided_at)
    select
        la_code, cast(:new as uuid), case when one_key = cast(:key as uuid) then other_key else one_key end,
        outcome, words, one_sources, other_sources, decided_by, decided_at
    from identity.pair
    where outcome = 'different' and cast(:key as uuid) in (one_key, other_key)
    """,
)
_MOVE_RECORD = """
    update identity.source_record set person_key = cast(:new as uuid)
    where source = :source and delivery_id = :delivery and row_number = :row
"""
_MOVE_IDENTIFIER = """
    update identity.identifier set person_key = cast(:new as uuid)
    where la_code = :la and kind = :kind and value = :value
"""
_FORGET_LINKS = """
    delete from identity.pair
    where cast(:key as uuid) in (one_key, other_key) and outcome in ('linked', 'same', 'waiting')
"""
_NAMED = """
    select exists (
        select 1
        from unnest(cast(:forenames as text []), cast(:surnames as text [])) as said (forename, surname)
        inner join identity.description as known
            on said.forename = known.forename and said.surname = known.surname
    )
"""
