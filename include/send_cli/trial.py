"""Scored linkage on trial: trained on the made-up borough's files and measured against what is true in it.

No warehouse is needed. People are grouped by exact keys as the pipeline does it; the world says which of the groups
are one child.
"""

import json
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from pathlib import Path

import demo_borough
from demo_borough import casework_database
from demo_borough.facts import World
from send_data import contracts, identity, linkage, readers
from send_data.linkage import Pair, Person, Said

# The services that write of children with a plan, and of whom some are written otherwise. What the others send of
# thousands of young people whom nobody doubts would teach that a slip is rarer than it is.
TAUGHT_BY = ("sen2", "casework", "finance", "therapy", "cin", "csds")
LIMITS = {"certain": 0.99, "doubtful": 0.5}


@dataclass(frozen=True)
class Figures:
    """How well linkage found whom it had to: pairs of people, by exact keys apart, who are one child in truth."""

    true_pairs: int
    linked: int
    rightly_linked: int
    found: int
    waiting: int
    rightly_waiting: int

    @property
    def precision(self) -> float:
        """Of the pairs linked, the share that is one child."""
        return self.rightly_linked / self.linked if self.linked else 1.0

    @property
    def recall(self) -> float:
        """Of the pairs that are one child, the share that ends up as one person, without any decision."""
        return self.found / self.true_pairs if self.true_pairs else 1.0


def people(world: World, month: str, systems: tuple[str, ...] = ()) -> tuple[list[Person], dict[str, int]]:
    """Everybody in the deliveries of a month (of some systems) as exact keys leave them, and the child each is."""
    rows = list(_rows(world, month, systems))
    keys, _ = identity.assign_keys(rows, {}, {})
    said: dict[str, set[Said]] = {}
    for key, row in zip(keys, rows, strict=True):
        if row.said:
            said.setdefault(key, set()).add(row.said)
    # Named in order instead of at random: training samples by the order of keys.
    found = [identity.person_of(f"{number:06d}", one) for number, one in enumerate(said.values())]
    return found, truth(world, found)


def truth(world: World, found: Iterable[Person]) -> dict[str, int]:
    """The child that each person is: by number, or by what a source says; who is no child of the world is alone."""
    children = {}
    for child in world.children.values():
        versions = [child, replace(child, **(child.second_record or {}))]
        versions += [replace(child, **said) for (_, number), said in world.said.items() if number == child.child_id]
        for version in versions:
            children.update(dict.fromkeys(_marks(_said(version)), child.child_id))
    answer = {}
    for nobody, person in enumerate(found, start=1):
        marks = {mark for said in person.said for mark in _marks(said)}
        answer[person.key] = next((children[mark] for mark in sorted(marks) if mark in children), -nobody)
    return answer


def measure(found: list[Person], true: dict[str, int]) -> Figures:
    """Judge everybody and compare with what is true."""
    certain, waiting = linkage.judge(found)
    groups: dict[int, list[str]] = {}
    for key, child in true.items():
        groups.setdefault(child, []).append(key)
    one = _unions(certain)
    true_pairs = [pair for keys in groups.values() for pair in combinations(keys, 2)]
    linked = {pair for group in _sets(one) for pair in combinations(sorted(group), 2)}
    return Figures(
        true_pairs=len(true_pairs),
        linked=len(linked),
        rightly_linked=sum(true[a] == true[b] for a, b in linked),
        found=sum(one.get(a, {a}) is one.get(b) for a, b in true_pairs),
        waiting=len(waiting),
        rightly_waiting=sum(true[pair.one] == true[pair.other] for pair in waiting),
    )


def train() -> dict:
    """The model that training on the whole made-up borough gives."""
    return linkage.train(*people(demo_borough.demo_world(), demo_borough.DEMO_MONTHS[-1], TAUGHT_BY), LIMITS)


def _rows(world: World, month: str, systems: tuple[str, ...]):
    """Every row that names a child in the deliveries of a month, as the pipeline would read it."""
    with tempfile.TemporaryDirectory() as folder:
        demo_borough.write_deliveries(world, month, folder)
        for feed in contracts.by_feed(contracts.source_contracts()).values():
            if not any(contract.person for contract in feed) or (systems and feed[0].system not in systems):
                continue
            sources = {contract.source: contract for contract in feed}
            read = _of_table if feed[0].file.table else _of_files
            for number, (source, texts) in enumerate(read(feed, Path(folder), month), start=1):
                contract = sources[source]
                row = dict(zip(contract.column_names, texts, strict=True))
                if contract.person and all(row[name] in codes for name, codes in contract.person_when.items()):
                    yield identity.row_of(contract, 1, number, [row[name] for name in contract.person.values()])


def _of_files(feed, folder, month):
    paths = sorted(folder.glob(feed[0].file.path.replace("{month}", month)))
    return readers.read([readers.OpenFile(path.name, path.open("rb")) for path in paths], feed, "303")


def _of_table(feed, folder, month):
    """Rows of a table of the casework system, from the state that its stand-in would be brought to."""
    (contract,) = feed
    state = json.loads((folder / casework_database.state_path(month)).read_text())
    columns = (*casework_database.TABLES[contract.file.table], "changed_at")
    for values in state[contract.file.table]:
        row = dict(zip(columns, values, strict=True))
        yield contract.source, tuple(None if row[c.header] is None else str(row[c.header]) for c in contract.columns)


def _said(child) -> Said:
    texts = {**asdict(child), "date_of_birth": child.born_on.isoformat()}
    return identity.said_of({kind: texts[kind] for kind in linkage.FIELDS})


def _marks(said: Said) -> set[tuple]:
    """What tells whose row it is: any number, or name and date of birth with the postcode."""
    marks = {(kind, getattr(said, kind)) for kind in linkage.NUMBERS if getattr(said, kind)}
    if said.forename and said.surname:
        marks.add(("said", said.forename, said.surname, said.date_of_birth, said.postcode))
    return marks


def _unions(pairs: Iterable[Pair]) -> dict[str, set[str]]:
    """For each key the set of keys it is one with."""
    one: dict[str, set[str]] = {}
    for pair in pairs:
        joined = one.get(pair.one, {pair.one}) | one.get(pair.other, {pair.other})
        one.update(dict.fromkeys(joined, joined))
    return one


def _sets(one: dict[str, set[str]]) -> list[set[str]]:
    return list({id(group): group for group in one.values()}.values())
