"""People: one random key for one child, whichever service speaks.

Every accepted row that names a child (a contract's `person:`, within its `person_when:`) is given a person_key in
`identity.source_record`. Rows are of one child when they share a UPN, a ULN, an NHS number, a service's own number for
the child, or name, date of birth and postcode together; all compared after normalising. Keys are random (uuid4), so
nothing can be worked out from them, and they stay: a child met again keeps the key of the first meeting. When a later
row shows two keys to be one child, the older key wins and every row of the other is repointed.

Order of arrival does not change who is one child with whom. A joint for linkage by likelihood: `_exact_edges` gives
pairs of rows that are one child; pairs found by scoring can be added to them before `_components`, and nothing else
here needs to know. Only this module reads identifiers; its text holds counts alone.
"""

import csv
import io
import re
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from stdnum.gb import nhs, upn

from send_data import landing, warehouse
from send_data.contracts import Contract
from send_data.settings import settings

NAMED = ("forename", "surname", "date_of_birth", "postcode")
# One lock for the whole of identity: two links at once could give one child two keys.
IDENTITY_LOCK = 3030002
Report = Callable[[str], None]


@dataclass(frozen=True)
class Row:
    """One row that names a child: where it stands, and the identifiers by which it may be matched."""

    source: str
    delivery_id: int
    row_number: int
    identifiers: frozenset[tuple[str, str]]


def link_people(report: Report = print) -> int:
    """Give every accepted row that has none a person_key; returns the number of rows linked. Run again: 0."""
    sources = [contract for contract in landing.prepare_sources().values() if contract.person]
    with warehouse.engine().begin() as connection:
        connection.execute(sa.text("select pg_advisory_xact_lock(:key)"), {"key": IDENTITY_LOCK})
        barred = _do_not_link(connection)
        rows = [row for contract in sources for row in _unlinked(connection, contract, barred)]
        if not rows:
            return 0
        known = _known_identifiers(connection)
        age = _ages(connection)
        keys, merged = assign_keys(rows, known, age)
        _write(connection, rows, keys, merged, known, age)
        connection.exec_driver_sql("analyze identity.source_record")
    report(f"{len(rows)} rows of {len(set(keys))} children linked, {len(merged)} children found to be others")
    return len(rows)


def assign_keys(
    rows: list[Row], known: dict[tuple[str, str], str], age: dict[str, int]
) -> tuple[list[str], dict[str, str]]:
    """Keys of the rows, in their order, and {key given up: key that takes its place}.

    `known` are identifiers met before with their key, `age` the order in which keys were made (the lowest is oldest).
    A component of rows with no known identifier gets a new random key.
    """
    leader = _components(_exact_edges(rows, known))
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

    Names are folded to lower-case letters, postcodes lose their blanks, dates become yyyy-mm-dd. Numbers that fail
    their check, or whose digits are all alike, match nobody.
    """
    if not text:
        return None
    plain = unicodedata.normalize("NFKC", text)
    if kind in ("forename", "surname"):
        return _letters(plain)
    compact = re.sub(r"[^0-9A-Za-z]", "", plain).upper()
    if kind == "date_of_birth":
        return _iso_date(plain.strip())
    checks = {"upn": is_upn, "nhs_number": is_nhs_number, "uln": is_uln}
    if kind in checks and not checks[kind](compact):
        return None
    return compact or None


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

    Name, date of birth and postcode match together or not at all. A service's own number matches within its system.
    """
    found = {kind: normalised(kind, text) for kind, text in person.items()}
    pairs = {
        (kind if kind in ("upn", "uln", "nhs_number") else f"{system}_{kind}", value)
        for kind, value in found.items()
        if value and kind not in NAMED
    }
    if all(found.get(kind) for kind in NAMED):
        pairs.add(("name_born_postcode", "|".join(found[kind] for kind in NAMED)))
    return frozenset(pairs)


# --- who is one child with whom ---------------------------------------------------------------------------------------


def _exact_edges(rows: list[Row], known: dict[tuple[str, str], str]) -> Iterator[tuple[tuple, tuple]]:
    """Pairs that are one child: a row and each identifier it holds, an identifier and the key it had before."""
    for place, row in enumerate(rows):
        yield ("row", place), ("row", place)
        for pair in row.identifiers:
            yield ("row", place), ("identifier", *pair)
    for pair, key in known.items():
        yield ("identifier", *pair), ("key", key)


def _components(edges: Iterable[tuple[tuple, tuple]]) -> Callable[[tuple], tuple]:
    """A function from a thing to the leader of its connected component."""
    parent: dict[tuple, tuple] = {}

    def leader(thing):
        top = thing
        while parent.get(top, top) != top:
            top = parent[top]
        while parent.get(thing, thing) != top:
            parent[thing], thing = top, parent[thing]
        return top

    for one, other in edges:
        parent.setdefault(one, one)
        parent.setdefault(other, other)
        parent[leader(one)] = leader(other)
    return leader


def _all_alike(text):
    return len(set(text)) == 1


def _letters(text):
    """Letters only, without accents, in lower case: O'Brien and OBRIEN are one name."""
    bare = unicodedata.normalize("NFKD", text)
    return "".join(c for c in bare if c.isalpha()).casefold() or None


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
        person = dict(zip(contract.person, texts, strict=True))
        yield Row(contract.source, delivery_id, row_number, identifiers_of(contract.system, person) - barred)


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
    of_gone = "where person_key = cast(:gone as uuid)"
    for table in ("identifier", "source_record"):
        connection.execute(sa.text(f"update identity.{table} set person_key = cast(:kept as uuid) {of_gone}"), keys)
    connection.execute(sa.text(f"delete from identity.person {of_gone}"), {"gone": gone})


def _copy(connection, target, rows):
    lines = io.StringIO(newline="")
    csv.writer(lines, lineterminator="\n").writerows(rows)
    lines.seek(0)
    with connection.connection.cursor() as cursor:
        cursor.copy_expert(f"copy {target} from stdin with (format csv)", lines)
