"""Scored linkage: which people, left apart by exact keys, are likely one child. The one home of Splink.

`judge` compares what is said of two people (a `Said` each) with a kept model, `linkage_model.json`: Splink's own
settings with the probabilities that training on the demo borough gave, and two thresholds. Nothing is trained here in
production, so the same people get the same scores. What comes out are keys, scores and words ("day and month of birth
swapped"), never a value. A score alone links nobody: `judge` says what else must hold, so that twins never meet.
"""

import json
import logging
from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass, fields, replace
from functools import cache
from itertools import combinations
from pathlib import Path

MODEL = Path(__file__).with_name("linkage_model.json")
NUMBERS = ("upn", "uln", "nhs_number")
# A name is held to be as common as it is in a borough of at least so many people: among a few, none looks common.
POPULATION_AT_LEAST = 5_000
# Twins differ in forename alone, and Ada and Ida by one letter, Mohammed and Mohammed Ali by none: only a forename that
# is the same can make a pair certain, and one that is another altogether speaks of two children.
SAME_FORENAME = ("same forename", "forename and surname swapped")
OTHER_FORENAME = "forename differs"


@dataclass(frozen=True, slots=True)
class Said:
    """What a source says of a child, folded by `identity.said_of`; '' is not said. Numbers stand here right or not."""

    forename: str = ""
    surname: str = ""
    date_of_birth: str = ""
    postcode: str = ""
    sex: str = ""
    upn: str = ""
    uln: str = ""
    nhs_number: str = ""

    def __bool__(self) -> bool:
        return any(astuple(self))


FIELDS = tuple(field.name for field in fields(Said))


@dataclass(frozen=True, slots=True)
class Person:
    """One person_key with everything that is said of it; `numbers` holds its valid numbers as (kind, value)."""

    key: str
    said: tuple[Said, ...]
    numbers: frozenset[tuple[str, str]] = frozenset()
    is_fresh: bool = True


@dataclass(frozen=True, slots=True)
class Pair:
    """Two keys that are likely one child: how likely (0 to 1), and how each comparison came out, in words."""

    one: str
    other: str
    score: float
    words: tuple[str, ...]

    @property
    def keys(self) -> frozenset[str]:
        """Both, in no order."""
        return frozenset((self.one, self.other))


def judge(people: Collection[Person], apart: Collection[frozenset] = ()) -> tuple[list[Pair], list[Pair]]:
    """Pairs that are certain, and pairs that wait for a person to decide; each has a fresh person in it.

    `apart` are pairs of keys that a person has decided to be two children. A pair is certain when its score is, when
    forenames agree, and when everybody whom certain pairs would make one child can be one: no two of them hold
    different numbers of a kind, or different forenames, or are decided to be apart. Otherwise it waits. The order of
    `people` changes nothing.
    """
    found = _scored(people)
    if not found:
        return [], []
    limits, by_key = _model()["limits"], {person.key: person for person in people}
    apart = set(apart)

    def are_two(pair: frozenset) -> bool:
        return pair in apart or _numbers_differ(*(by_key[key] for key in pair))

    likely = [pair for pair in found.values() if not are_two(pair.keys)]
    sure = [p for p in likely if p.score >= limits["certain"] and any(word in SAME_FORENAME for word in p.words)]
    contested = set()
    for group in _groups(pair.keys for pair in sure):
        two = (frozenset(two) for two in combinations(sorted(group), 2))
        if any(are_two(pair) or _forenames_differ(*(by_key[key] for key in pair)) for pair in two):
            contested |= group
    certain = [pair for pair in sure if pair.one not in contested]
    joined = {key: group for group in _groups(pair.keys for pair in certain) for key in group}

    def is_settled(pair: Pair) -> bool:
        """Whether the two are one by now, or stand for people who cannot be."""
        ones, others = (joined.get(key, {key}) for key in (pair.one, pair.other))
        return ones is others or any(are_two(frozenset({a, b})) for a in ones for b in others)

    doubtful = [p for p in likely if p.score >= limits["doubtful"] and OTHER_FORENAME not in p.words]
    waiting = [pair for pair in doubtful if not is_settled(pair)]
    return certain, waiting


def train(people: Collection[Person], truth: dict[str, int], limits: dict[str, float]) -> dict:
    """The model as it is kept: m from pairs known to be one child (`truth`: person key to child), u from all pairs."""
    linker = _linker(people, _settings(), truth)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=303)
    linker.training.estimate_m_from_label_column("child")
    settings = linker.misc.save_model_to_json(None)
    true_pairs = len(people) - len(set(truth.values()))
    settings["probability_two_random_records_match"] = _rounded(2 * true_pairs / len(people) ** 2)
    for comparison in settings["comparisons"]:
        _settle([level for level in comparison["comparison_levels"] if not level.get("is_null_level")])
    return {"limits": limits, "splink": settings}


def write_model(model: dict, path: Path = MODEL) -> None:
    """Keep a model where `judge` reads it."""
    path.write_text(json.dumps(model, indent=1, sort_keys=True) + "\n")
    _model.cache_clear()


@cache
def _model() -> dict:
    return json.loads(MODEL.read_text())


# --- what speaks for and against --------------------------------------------------------------------------------------


def _numbers_differ(one: Person, other: Person) -> bool:
    """Whether both hold valid numbers of a kind and share none."""
    for kind in NUMBERS:
        mine, theirs = (
            {value for name, value in person.numbers if name == kind and not _is_temporary(name, value)}
            for person in (one, other)
        )
        if mine and theirs and not mine & theirs:
            return True
    return False


def _is_temporary(kind: str, value: str) -> bool:
    """A temporary UPN ends in a letter; it is replaced one day and says nothing against anybody."""
    return kind == "upn" and value[-1:].isalpha()


def _forenames_differ(one: Person, other: Person) -> bool:
    """Whether both are named and no forename of the one is a name of the other."""
    mine, theirs = (_names(person, "forename") for person in (one, other))
    swapped = mine & _names(other, "surname") or theirs & _names(one, "surname")
    return bool(mine and theirs and not mine & theirs and not swapped)


def _names(person: Person, kind: str) -> set[str]:
    return {getattr(said, kind).replace(" ", "") for said in person.said} - {""}


def _groups(pairs: Iterable[frozenset]) -> list[set[str]]:
    """Connected components of pairs of keys."""
    group_of: dict[str, set[str]] = {}
    for pair in pairs:
        joined = set(pair).union(*(group_of.get(key, ()) for key in pair))
        group_of.update(dict.fromkeys(joined, joined))
    return list({id(group): group for group in group_of.values()}.values())


# --- Splink -----------------------------------------------------------------------------------------------------------


def _settings() -> dict:
    """What is compared and how, without probabilities; a level's label is what a person reads of it."""

    def comparison(name, *levels):
        unknown = {"sql_condition": levels[0][0], "label_for_charts": levels[0][1], "is_null_level": True}
        rest = [{"sql_condition": sql, "label_for_charts": label, **more} for sql, label, *extra in levels[1:]
                for more in [extra[0] if extra else {}]]  # fmt: skip
        return {"output_column_name": name, "comparison_levels": [unknown, *rest]}

    def either(column):
        return f"{column}_l is null or {column}_r is null"

    def common(column):
        return {"tf_adjustment_column": column, "tf_adjustment_weight": 1.0}

    def one_slip(column):
        return f"damerau_levenshtein({column}_l, {column}_r) <= 1"

    def part_of(column):
        return f"list_contains({column}_parts_l, {column}_r) or list_contains({column}_parts_r, {column}_l)"

    swapped = "(forename_l = surname_r and surname_l = forename_r and forename_l <> surname_l)"
    year, month, day = (f"substr(date_of_birth_l, {start}, {length})" for start, length in ((1, 4), (6, 2), (9, 2)))
    comparisons = [
        comparison(
            "forename",
            (either("forename"), "forename not known"),
            ("forename_l = forename_r", "same forename", common("forename")),
            (swapped, "forename and surname swapped"),
            (part_of("forename"), "one forename is part of the other"),
            (one_slip("forename"), "forename differs by one letter"),
            ("else", OTHER_FORENAME),
        ),
        comparison(
            "surname",
            (f"{either('surname')} or {swapped}", "surname not known"),
            ("surname_l = surname_r", "same surname", common("surname")),
            (part_of("surname"), "one surname is part of the other"),
            (one_slip("surname"), "surname differs by one letter"),
            ("else", "surname differs"),
        ),
        comparison(
            "date_of_birth",
            (either("date_of_birth"), "birth date not known"),
            ("date_of_birth_l = date_of_birth_r", "same birth date"),
            (f"concat_ws('-', {year}, {day}, {month}) = date_of_birth_r", "day and month of birth swapped"),
            (one_slip("date_of_birth"), "birth date differs by one digit"),
            ("else", "birth date differs"),
        ),
        comparison(
            "postcode",
            (either("postcode"), "postcode not known"),
            ("postcode_l = postcode_r", "same postcode"),
            (one_slip("postcode"), "postcode differs by one character"),
            ("left(postcode_l, length(postcode_l) - 2) = left(postcode_r, length(postcode_r) - 2)",
             "same postcode sector"),
            ("left(postcode_l, length(postcode_l) - 3) = left(postcode_r, length(postcode_r) - 3)",
             "same postcode district"),
            ("else", "postcode differs"),
        ),
        comparison(
            "sex",
            (either("sex"), "sex not known"),
            ("sex_l = sex_r", "same sex", _fixed(0.98, 0.5)),
            ("else", "sex differs", _fixed(0.02, 0.5)),
        ),
        comparison("numbers", *_number_levels()),
    ]  # fmt: skip
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "number",
        "linker_uid": "send",
        "probability_two_random_records_match": 0.0001,
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": False,
        "additional_columns_to_retain": ["person_key"],
        "comparisons": comparisons,
        "blocking_rules_to_generate_predictions": [
            f"{rule} and l.person_key <> r.person_key and (l.is_fresh or r.is_fresh)"
            for rule in (
                "l.date_of_birth = r.date_of_birth",
                "l.surname = r.surname and l.forename = r.forename",
                "l.forename = r.forename and l.postcode = r.postcode",
                "l.surname = r.surname and l.postcode = r.postcode",
                "l.forename = r.surname and l.surname = r.forename",
            )
        ],
    }


def _fixed(m: float, u: float) -> dict:
    """Probabilities set by hand, where the demo borough has nothing to learn from."""
    return {"m_probability": m, "u_probability": u, "fix_m_probability": True, "fix_u_probability": True}


def _number_levels() -> list[tuple]:
    """UPN, ULN and NHS number together. Equal valid numbers are for exact linkage: here they say nothing more."""
    both = {kind: f"({kind}_l is not null and {kind}_r is not null)" for kind in NUMBERS}
    slip = {kind: f"({both[kind]} and damerau_levenshtein({kind}_l, {kind}_r) <= 1"
                  f" and not ({kind}_is_valid_l and {kind}_is_valid_r))" for kind in NUMBERS}  # fmt: skip
    none = " and ".join(f"(not {both[kind]} or {kind}_l = {kind}_r)" for kind in NUMBERS)
    return [
        (none, "no number to compare"),
        (" or ".join(slip.values()), "a number differs by one digit and fails its check", _fixed(0.95, 0.01)),
        ("else", "numbers differ", _fixed(0.05, 0.99)),
    ]


def _scored(people) -> dict[frozenset, Pair]:
    """The best-scored comparison of each two people that share enough to be compared."""
    if not any(person.is_fresh for person in people):
        return {}
    model = _model()
    linker = _linker(people, model["splink"])
    words = {
        comparison["output_column_name"]: _words(comparison["comparison_levels"])
        for comparison in model["splink"]["comparisons"]
    }
    frame = linker.inference.predict(threshold_match_probability=model["limits"]["doubtful"]).as_pandas_dataframe()
    found: dict[frozenset, Pair] = {}
    for row in frame.to_dict("records"):
        one, other = sorted((row["person_key_l"], row["person_key_r"]))
        said = tuple(words[name][row[f"gamma_{name}"]] for name in words)
        pair = Pair(one, other, _rounded(row["match_probability"]), said)
        best = found.get(pair.keys)
        if best is None or (pair.score, pair.words) > (best.score, best.words):
            found[pair.keys] = pair
    return found


def _words(levels) -> dict[int, str]:
    """Splink numbers the levels of a comparison downwards to 0; the level for what is not known is -1."""
    known = [level["label_for_charts"] for level in levels if not level.get("is_null_level")]
    unknown = [level["label_for_charts"] for level in levels if level.get("is_null_level")]
    return {-1: unknown[0], **{len(known) - 1 - place: label for place, label in enumerate(known)}}


def _linker(people, settings, truth=None):
    """A Splink linker over one record for each thing said of a person, in a DuckDB in memory."""
    import duckdb
    import pandas as pd
    from splink import DuckDBAPI, Linker

    # It describes its progress, and its warnings quote SQL: neither is for our logs.
    logging.getLogger("splink").setLevel(logging.CRITICAL)
    records = [
        _record(person, said) | ({"child": truth[person.key]} if truth else {})
        for person in sorted(people, key=lambda person: person.key)
        for said in _sayings(person)
    ]
    frame = pd.DataFrame.from_records(records)
    frame.insert(0, "number", range(len(frame)))
    # One thread adds up in one order: the same people give the same last digit.
    # Nothing of a child is written beside the warehouse: what does not fit into memory fails instead of spilling.
    limits = {"threads": 1, "autoinstall_known_extensions": False, "temp_directory": ""}
    connection = duckdb.connect(config=limits)
    connection.register("frame", frame)
    connection.execute("create table said as select * from frame")
    linker = Linker("said", settings, DuckDBAPI(connection), set_up_basic_logging=False)
    for column in ("forename", "surname"):
        shares = frame.groupby(column).person_key.nunique() / max(len(people), POPULATION_AT_LEAST)
        table = pd.DataFrame({column: shares.index, f"tf_{column}": shares.to_numpy()})
        linker.table_management.register_term_frequency_lookup(table, column)
    return linker


def _sayings(person: Person) -> list[Said]:
    """What is said of a person, each with sex and numbers known from elsewhere; without what says less than another."""
    known = {kind: min((value for name, value in person.numbers if name == kind), default="") for kind in NUMBERS}
    known["sex"] = min((said.sex for said in person.said if said.sex), default="")
    filled = {replace(said, **{kind: getattr(said, kind) or text for kind, text in known.items()})
              for said in person.said}  # fmt: skip

    def says_less(one, other):
        both = zip(astuple(one), astuple(other), strict=True)
        return one != other and all(mine in ("", theirs) for mine, theirs in both)

    return sorted((one for one in filled if not any(says_less(one, other) for other in filled)), key=astuple)


def _record(person: Person, said: Said) -> dict:
    """One record: what is said once, as it is compared."""
    numbers = {kind: None if _is_temporary(kind, getattr(said, kind)) else getattr(said, kind) for kind in NUMBERS}
    numbers = {kind: number or None for kind, number in numbers.items()}
    names = {kind: getattr(said, kind).replace(" ", "") or None for kind in ("forename", "surname")}
    return {
        "person_key": person.key,
        "is_fresh": person.is_fresh,
        **names,
        **{f"{kind}_parts": getattr(said, kind).split() for kind in names},
        **{kind: getattr(said, kind) or None for kind in ("date_of_birth", "postcode", "sex")},
        **numbers,
        **{f"{kind}_is_valid": (kind, numbers[kind]) in person.numbers for kind in NUMBERS},
    }


def _settle(levels) -> None:
    """Round what was learned, and give a level that training never met a small share instead of none."""
    for kind in ("m_probability", "u_probability"):
        for level in levels:
            level[kind] = _rounded(max(level.get(kind) or 0, 0.001 if kind == "m_probability" else 1e-7))


def _rounded(number: float) -> float:
    return float(f"{number:.6g}")
