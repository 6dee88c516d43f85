"""Locked workbooks: what they hold is there for the right password alone, and no cell becomes a formula."""

import io
import zipfile
from datetime import date

import msoffcrypto
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from send_data import locked_workbook
from send_data.locked_workbook import Sheet, locked
from tests.locked import unlocked

PASSWORD = "kq7m-x2fd-9wpr-tt4z-hh8c"  # noqa: S105  of this test
NAME = "Canary-Quillbrook"


def opened(content: bytes, password: str = PASSWORD):
    return load_workbook(io.BytesIO(unlocked(content, password)))


def of(value) -> bytes:
    return locked([Sheet("Names", ["A list"], ["Name"], [[value]])], PASSWORD)


def test_the_right_password_opens_it():
    page = opened(of(NAME))["Names"]
    assert [cell.value for cell in page["A"]] == ["A list", None, "Name", NAME]


@pytest.mark.parametrize("password", ["", "kq7m-x2fd-9wpr-tt4z-hh8d", PASSWORD.upper(), f"{PASSWORD} "])
def test_another_password_does_not(password):
    with pytest.raises(msoffcrypto.exceptions.DecryptionError):
        unlocked(of(NAME), password)


def test_nothing_can_be_read_without_the_password():
    content = of(NAME)
    assert not zipfile.is_zipfile(io.BytesIO(content))
    assert NAME.encode() not in content
    assert NAME.encode("utf-16-le") not in content
    assert msoffcrypto.OfficeFile(io.BytesIO(content)).is_encrypted()


def test_what_was_changed_on_the_way_is_noticed():
    content = bytearray(of(NAME * 400))
    middle = len(content) // 2
    content[middle] ^= 1
    with pytest.raises(msoffcrypto.exceptions.InvalidKeyError):
        unlocked(bytes(content), PASSWORD)


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-2", "@SUM(A1)", '=HYPERLINK("http://x","y")', "=", "\t=1+1"])
def test_text_that_begins_like_a_formula_stays_text(text):
    content = unlocked(of(text), PASSWORD)
    cell = load_workbook(io.BytesIO(content))["Names"]["A4"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix is (text[0] in "=+-@")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


# Each example would pay for a key of 100,000 turns: the lock has its own tests.
@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=40))
def test_any_text_can_be_written_and_none_is_a_formula(text):
    plain = io.BytesIO()
    book = locked_workbook.book_of([Sheet("Names", [], ["Name"], [[text]])])
    book.save(plain)
    cell = load_workbook(plain)["Names"]["A2"]
    assert cell.data_type in ("s", "n")
    wanted = locked_workbook.UNWRITABLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    assert (cell.value or "") == wanted


def test_numbers_and_days_keep_their_kind():
    page = opened(locked([Sheet("Names", [], ["Day", "Number", "Rate", "Nothing"],
                                [[date(2028, 2, 29), 7, 11.7, None]])], PASSWORD))["Names"]  # fmt: skip
    day, number, rate, nothing = page[2]
    assert (day.value.date(), day.number_format) == (date(2028, 2, 29), "DD/MM/YYYY")
    assert (number.value, rate.value, nothing.value) == (7, 11.7, None)


def test_a_sheet_without_rows_says_so():
    page = opened(locked([Sheet("Names", ["A list"], ["Name"], [], "Nobody. This list is complete.")], PASSWORD))[
        "Names"
    ]
    assert [cell.value for cell in page["A"]] == ["A list", None, "Nobody. This list is complete."]


def test_a_sheet_does_not_tell_its_rows_when_it_is_printed():
    assert NAME not in repr(Sheet("Names", ["A list"], ["Name"], [[NAME]]))
