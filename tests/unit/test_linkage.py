"""Scored linkage: what is certain, what waits, what is never said, and how well the kept model finds people."""

import logging
import socket
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo_borough import DEMO_MONTHS, demo_world, identifiers, variations
from demo_borough.facts import Child
from send_cli import trial
from send_data import linkage
from send_data.identity import person_of, said_of
from send_data.linkage import Person, judge

ADA = {
    "forename": "Ada",
    "surname": "Kitterick",
    "date_of_birth": "2014-03-07",
    "postcode": "ZZ1 1AA",
    "upn": identifiers.upn(1),
}
NO_UPN = {"upn": None}


def person(key: str, *descriptions: dict, is_fresh: bool = True) -> Person:
    return person_of(key, [said_of(description) for description in descriptions], is_fresh)


def outcome(*people: Person, apart=()) -> tuple[set, set]:
    """Keys of the pairs that are certain, and of those that wait."""
    return tuple({pair.keys for pair in pairs} for pairs in judge(people, apart))


BOTH = {frozenset({"a", "b"})}


@pytest.mark.parametrize(
    "said",
    [
        {"surname": "Kittreick"},
        {"surname": "Otherwise"},
        {"surname": "Kitterick-Jones"},
        {"date_of_birth": "2014-07-03"},
        {"date_of_birth": "2014-03-08"},
        {"postcode": "ZZ40 4QQ"},
        {"forename": "Kitterick", "surname": "Ada"},
    ],
)
def test_one_slip_or_change_is_certain(said):
    assert outcome(person("a", ADA), person("b", ADA | NO_UPN | said)) == (BOTH, set())


@pytest.mark.parametrize(
    "said",
    [
        {"forename": "Ida"},
        {"forename": "Adda"},
        {"forename": "Ada Rose"},
        {"forename": None, "surname": None},
    ],
)
def test_whoever_may_be_a_twin_waits(said):
    assert outcome(person("a", ADA), person("b", ADA | NO_UPN | said)) == (set(), BOTH)


def test_another_forename_is_another_child():
    assert outcome(person("a", ADA), person("b", ADA | NO_UPN | {"forename": "Bram"})) == (set(), set())


names = st.text("abcdeilmnorst", min_size=2, max_size=8)


@settings(max_examples=10, deadline=None)
@given(names, names, st.booleans())
def test_twins_never_link_by_themselves(forename, other, has_numbers):
    """Any two forenames that are not one: near or far, with and without numbers."""
    if forename == other:
        return
    first = ADA | {"forename": forename, "upn": identifiers.upn(1) if has_numbers else None}
    second = ADA | {"forename": other, "upn": identifiers.upn(2) if has_numbers else None}
    certain, waiting = outcome(person("a", first), person("b", second))
    assert certain == set()
    assert not (has_numbers and waiting)


def test_a_slip_that_fits_two_twins_links_neither():
    """Mary and Jane are twins; a Mary who is called Jane elsewhere shows that one of three records is wrong."""
    mary, jane = ADA | {"forename": "Mary"} | NO_UPN, ADA | {"forename": "Jane"} | NO_UPN
    both = person("c", mary | {"surname": "Kiterick"}, jane | {"surname": "Kiterick"})
    assert outcome(person("a", mary), person("b", jane), both) == (
        set(),
        {frozenset({"a", "c"}), frozenset({"b", "c"})},
    )


def test_different_valid_numbers_are_two_children():
    other = ADA | {"upn": identifiers.upn(2), "postcode": "ZZ40 4QQ"}
    assert outcome(person("a", ADA), person("b", other)) == (set(), set())


def test_a_number_with_a_slip_and_a_temporary_one_speak_not_against():
    wrong = ADA | {"upn": identifiers.wrong_upn(ADA["upn"]), "postcode": "ZZ40 4QQ"}
    assert outcome(person("a", ADA), person("b", wrong)) == (BOTH, set())
    temporary = ADA | {"upn": identifiers.temporary_upn(5), "surname": "Kitterik"}
    assert outcome(person("a", ADA), person("b", temporary)) == (BOTH, set())


def test_nobody_joins_two_who_are_different_by_number():
    """A record without a number that fits two children with different ones waits with both."""
    here, there = ADA, ADA | {"upn": identifiers.upn(2), "postcode": "ZZ40 4QQ"}
    found = outcome(person("a", here), person("b", there), person("c", ADA | NO_UPN | {"postcode": "ZZ50 5QQ"}))
    assert found == (set(), {frozenset({"a", "c"}), frozenset({"b", "c"})})


def test_whoever_is_found_waits_no_more_with_a_twin_known_by_another_number():
    """A slip in Ada's surname is Ada; that it is near Ida's too is no question for a person."""
    ida = ADA | {"forename": "Ida", "upn": identifiers.upn(2)}
    slip = ADA | NO_UPN | {"surname": "Kiterick"}
    assert outcome(person("a", ADA), person("b", slip), person("i", ida)) == (BOTH, set())


def test_a_decision_holds_against_any_score():
    alike = ADA | NO_UPN | {"surname": "Kiterick"}
    assert outcome(person("a", ADA), person("b", alike), apart=BOTH) == (set(), set())


def test_a_common_name_is_weaker_evidence():
    """Same name and birth date at another address: certain for a rare name, not for one that hundreds bear."""
    moved = person("b", ADA | NO_UPN | {"postcode": "ZZ40 4QQ"})
    assert outcome(person("a", ADA), moved) == (BOTH, set())
    namesakes = [
        person(
            f"n{number}",
            ADA
            | {"upn": identifiers.upn(number), "date_of_birth": f"{1990 + number % 30}-01-01", "postcode": "ZY1 1AA"},
            is_fresh=False,
        )
        for number in range(10, 500)
    ]
    assert frozenset({"a", "b"}) not in outcome(person("a", ADA), moved, *namesakes)[0]


def test_only_those_of_whom_something_is_new_are_judged(monkeypatch):
    old = [person(key, ADA | NO_UPN | {"surname": surname}, is_fresh=False) for key, surname in ("ax", "by")]
    assert outcome(*old) == (set(), set())
    monkeypatch.setattr(linkage, "_linker", None)
    assert judge(old) == ([], [])


slips = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from([*variations.CERTAIN, *variations.DOUBTFUL])), min_size=1, max_size=6
)


@settings(max_examples=6, deadline=None)
@given(slips, st.randoms(use_true_random=False))
def test_the_order_of_people_changes_nothing(found, random):
    people = [person(f"k{number}", ADA | {"forename": name, "upn": identifiers.upn(number)})
              for number, name in enumerate(["Ada", "Bram", "Cleo", "Dov"], start=1)]  # fmt: skip
    for place, (number, kind) in enumerate(found):
        people.append(person(f"s{place}", _varied(people[number - 1], kind)))
    before = judge(people)
    random.shuffle(people)
    assert judge(people) == before


def _varied(person_known: Person, kind: str) -> dict:
    from datetime import date

    said = person_known.said[0]
    child = Child(1, said.forename.capitalize(), said.surname.capitalize(), date(2014, 3, 7), "F", postcode="ZZ1 1AA")
    changed = replace(child, **(variations.varied(child, kind, Random(1)) or {}))  # noqa: S311
    return {
        "forename": changed.forename,
        "surname": changed.surname,
        "date_of_birth": changed.born_on.isoformat(),
        "postcode": changed.postcode,
    }


def test_nothing_is_logged_printed_or_sent(caplog, capfd, monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("linkage opens a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with caplog.at_level(logging.DEBUG):
        assert outcome(person("a", ADA), person("b", ADA | NO_UPN | {"surname": "Kiterick"})) == (BOTH, set())
    told = caplog.text + "".join(capfd.readouterr())
    assert [word for word in ("ada", "kit", "2014", "ZZ1") if word in told] == []


# --- against what is true ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def borough():
    return trial.people(demo_world(), DEMO_MONTHS[-1])


def test_the_kept_model_finds_the_borough(borough):
    found = trial.measure(*borough)
    assert found.true_pairs > 600
    assert found.precision >= 0.999
    assert found.recall >= 0.98
    assert found.waiting < 40


def test_the_kept_model_is_what_training_gives():
    """Near enough: more children or another sample move a probability a little, another way of comparing a lot."""
    kept, trained = (model["splink"] for model in (linkage._model(), trial.train()))
    assert linkage._model()["limits"] == trial.LIMITS
    for old, new in zip(kept["comparisons"], trained["comparisons"], strict=True):
        for was, level in zip(old["comparison_levels"], new["comparison_levels"], strict=True):
            assert was["sql_condition"] == level["sql_condition"]
            assert was["label_for_charts"] == level["label_for_charts"]
            for kind in ("m_probability", "u_probability"):
                if level.get(kind, 0) > 0.002:
                    assert level[kind] == pytest.approx(was[kind], rel=0.5), (level["label_for_charts"], kind)
