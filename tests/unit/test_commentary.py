"""What people write for the Board: taken as it is, or refused by name without a word of it."""

from datetime import date

import pytest
import sqlalchemy as sa
import yaml
from hypothesis import given
from hypothesis import strategies as st

from send_data import commentary, published
from send_data import warehouse as store
from send_data.commentary import CommentaryError
from tests.unit import sample_marts
from tests.unit.test_editions import freeze, rows

MONTH = sample_marts.LAST
OWNERS = {"reviews_completed_on_time": "SEN Annual Review Manager", "requests_received": None}
COMMENT = {
    "why": "Schools sent the papers of the summer late.", "doing": "Papers are chased each Friday.",
    "by_when": date(2027, 1, 31), "who": "SEN Annual Review Manager", "written_by": "SEN Annual Review Manager",
    "written_on": date(2026, 11, 10),
}  # fmt: skip
FILE = {
    "meeting": {"held_on": date(2026, 11, 18), "author": "SEND performance analyst"},
    "commentary": {"reviews_completed_on_time": COMMENT},
    "voice": [{"who": "Youth forum", "heard_on": date(2026, 10, 14), "said": "Letters are too long.\n",
               "did": "A page in plain words goes with each letter."}],
    "decisions": [{"decide": "Whether to keep the second review officer", "because": "The post ends in March",
                   "asked_by": "Head of SEND"}],
}  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SEND_COMMENTARY_DIR", str(tmp_path))
    return tmp_path


def write(folder, content: dict | str) -> None:
    text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
    (folder / "2026-10.yml").write_text(text)


def read() -> commentary.Written:
    with store.engine().connect() as connection:
        return commentary.read(connection, MONTH, OWNERS)


def with_text(text: str, field: str = "why") -> dict:
    return {"commentary": {"reviews_completed_on_time": COMMENT | {field: text}}}


def refusal(folder, content: dict | str) -> str:
    write(folder, content)
    with pytest.raises(CommentaryError) as refused:
        read()
    return str(refused.value)


def test_a_month_without_a_file_has_nothing(warehouse, folder):
    assert read() == commentary.Written([], [], [], [])


def test_a_file_is_taken_as_it_is_written(warehouse, folder):
    write(folder, FILE)
    written = read()
    assert written.comments == [{"measure_id": "reviews_completed_on_time"} | COMMENT]
    assert written.voices == [{"place": 1} | FILE["voice"][0] | {"said": "Letters are too long."}]
    assert written.decisions == [{"place": 1} | FILE["decisions"][0]]
    nothing = {"lead": None, "previously_considered_by": None}
    assert written.meetings == [{"place": 1} | FILE["meeting"] | nothing]


def test_by_default_it_lies_with_the_deliveries(warehouse, tmp_path, monkeypatch):
    monkeypatch.setenv("SEND_DELIVERIES_URL", str(tmp_path))
    (tmp_path / "commentary").mkdir()
    write(tmp_path / "commentary", FILE)
    assert len(read().comments) == 1


# What must not be printed -> a word of the rule.
IDENTIFYING = {
    "The plan of 943 476 5919 is late.": "ten digits",
    "UPN E303200026001 moved.": "ten digits",
    "９４３４７６５９１９ is late.": "ten digits",
    "9434\u200b765919 is late.": "ten digits",
    "Ring 020-8303 7777 for the list.": "ten digits",
    "Ask jo@example.org for the list.": "e-mail",
    "The family of DA5 1AA moved.": "postcode",
    "He was born on a Sunday.": "born",
    "DOB is missing.": "born",
    "Three children waited.": "“a few”",
    "It is 2 of the pupils again.": "“a few”",
    "Only one more family asked.": "“a few”",
}


@pytest.mark.parametrize("text", IDENTIFYING)
@pytest.mark.parametrize("field", ["why", "doing", "who"])
def test_what_could_name_a_child_is_refused_without_being_repeated(warehouse, folder, text, field):
    said = refusal(folder, with_text(text, field))
    assert said.startswith(f"commentary 2026-10.yml, reviews_completed_on_time: {field} ")
    assert IDENTIFYING[text] in said
    assert said.endswith("; ask the SEN Annual Review Manager")
    assert text not in said


@pytest.mark.parametrize(
    "text",
    ["From 2025-26 to 2026-27 the budget grew by £1,234,567.", "80% of 412 children, in 12 weeks, since 2026-09-01.",
     "Two teams and one school were slow; 4 weeks are too short for families.", "31 children and 24 families waited."],
)  # fmt: skip
def test_ordinary_sentences_pass(warehouse, folder, text):
    write(folder, with_text(text))
    assert read().comments[0]["why"] == text


@given(st.integers(0, 10**10 - 1), st.sampled_from(["", " ", "-", ".", "\u2013", "\u00a0"]))
def test_no_number_of_ten_digits_passes_however_it_is_parted(number, mark):
    digits = f"{number:010d}"
    assert commentary.what_is_forbidden(f"see {mark.join((digits[:3], digits[3:6], digits[6:]))}, please")


def test_the_name_of_a_known_child_is_refused(warehouse, folder):
    with warehouse.engine().begin() as connection:
        connection.execute(
            sa.text(
                "insert into identity.person (person_key, la_code) "
                "values ('00000000-0000-4000-8000-0000000000aa', '303') on conflict do nothing"
            )
        )
        connection.execute(sa.text(
            "insert into identity.description values ('303', '00000000-0000-4000-8000-0000000000aa', false,"
            " 'wilhelmina', 'oakapple', '', '', '', '', '', '') on conflict do nothing"))  # fmt: skip
    for name in ("Wilhelmina Oakapple", "WILHELMINA O'AKAPPLE"):
        said = refusal(folder, with_text(f"We wait for {name}, who moved."))
        assert "holds the name of a child" in said
        assert "akapple" not in said.casefold()
    write(folder, with_text("Wilhelmina and Oakapple Road"))
    read()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "line 1: this is no YAML; ask the SEND programme office"),
        ("- a list", "the file: has none of meeting, commentary, voice, decisions"),
        ({"comments": {}}, "the file: has a part that is none of meeting, commentary, voice, decisions"),
        ({"commentary": {"no_such": COMMENT}}, "no_such: there is no such measure; ask the SEND programme office"),
        ({"commentary": {"requests_received": "late"}}, "requests_received: has no fields"),
        ({"commentary": {"requests_received": {k: v for k, v in COMMENT.items() if k != "who"}}},
         "requests_received: who is missing; ask the SEND programme office"),
        ({"commentary": {"requests_received": COMMENT | {"by_when": "soon"}}}, "by_when is no day (2026-11-30)"),
        ({"commentary": {"requests_received": COMMENT | {"child": "x"}}}, "has a part that is none of why, doing"),
        (with_text(" "), "why is empty; ask the SEN Annual Review Manager"),
        (with_text("x" * 701), "why is longer than 700 characters"),
        ({"voice": {"who": "forum"}}, "voice: is no list"),
        ({"voice": [FILE["voice"][0], FILE["voice"][0] | {"said": "Two boys left."}]}, "voice 2: said counts from 1"),
        ({"meeting": {"held_on": "Monday"}}, "meeting: held_on is no day"),
        ("commentary:\n  requests_received: {}\n  requests_received: {}\n", "a key stands twice"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_taken_says_why(warehouse, folder, content, says):
    said = refusal(folder, content)
    assert said.startswith("commentary 2026-10.yml, ")
    assert says in said


@pytest.mark.parametrize(
    ("month", "due"),
    [(date(2026, 9, 1), date(2026, 10, 14)), (date(2026, 10, 1), date(2026, 11, 13)),
     (date(2026, 12, 1), date(2027, 1, 14)), (date(2027, 7, 1), date(2027, 8, 13))],
)  # fmt: skip
def test_it_is_due_on_the_tenth_weekday_after_the_month(month, due):
    assert commentary.due_on(month) == due


def test_it_is_part_of_the_edition_and_more_of_it_is_another(warehouse, folder):
    with warehouse.engine().begin() as connection:
        connection.exec_driver_sql("truncate published.editions, ops.build cascade")
    without = freeze(sample_marts.tables())
    write(folder, FILE)
    first = freeze(sample_marts.tables())
    assert first != without
    assert freeze(sample_marts.tables()) == first
    write(folder, FILE | with_text("Another reason."))
    second = freeze(sample_marts.tables())
    assert published.read(first).comments[0]["why"] == COMMENT["why"]
    assert published.read(second).comments[0]["why"] == "Another reason."
    assert published.read(second).header["supersedes"] == first
    assert published.read(without).comments == []


def test_what_is_refused_leaves_the_edition_that_stands(warehouse, folder):
    freeze(sample_marts.tables())
    standing = rows("select * from published.editions order by edition_id")
    write(folder, with_text("NHS number 9434765919"))
    with pytest.raises(CommentaryError, match="ten digits"):
        freeze(sample_marts.tables())
    assert rows("select * from published.editions order by edition_id") == standing
