"""Numbers and days as people type them: read when they can be read in one way, and left alone otherwise."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from send_data.readers import typed_text

PLACES = st.sampled_from(["", " ", "\N{NO-BREAK SPACE}", "  "])
AMOUNTS = st.decimals(min_value=0, max_value=10**12, places=2)


@given(AMOUNTS, PLACES, PLACES, st.sampled_from(["{:,}", "£{:,}", "£ {:,}", "{}", "£{}"]), st.booleans())
def test_an_amount_is_itself_however_it_is_decorated(amount, before, after, form, is_negative):
    typed = form.format(amount)
    for text in (f"-{typed}", f"({typed})") if is_negative else (typed,):
        assert Decimal(typed_text.number(before + text + after)) == (-amount if is_negative else amount)


@given(AMOUNTS, PLACES)
def test_a_percentage_is_a_hundredth(amount, blank):
    assert Decimal(typed_text.number(f"{amount}{blank}%")) == amount / 100


@given(st.text())
def test_what_is_read_once_is_read_again_as_the_same(text):
    for read in (typed_text.number, typed_text.day):
        assert read(read(text)) == read(text)


@given(st.text(alphabet="0123456789,.£%()- ", max_size=12))
def test_a_number_keeps_every_digit_it_was_typed_with(text):
    found = typed_text.number(text)
    if found != text and "%" not in text:
        assert [c for c in found if c.isdigit()] == [c for c in text if c.isdigit()]


@pytest.mark.parametrize("text", ["1,23", "12,34,567", "1.234,50", "1 234", "(5", "5)", "(-5)", "1e5", "-", "n/a",
                                  "5%5", "£", "", "1.2.3", "٣", "£1.2m", "5 approx"])  # fmt: skip
def test_what_is_not_surely_a_number_stays_as_it_was_typed(text):
    assert typed_text.number(text) == text


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)), PLACES, PLACES)
def test_a_day_is_itself_however_it_is_typed(day, before, after):
    for form in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d-%b-%Y", "%d %b %Y", "%Y-%m-%d"):
        assert typed_text.day(before + day.strftime(form) + after) == day.isoformat()
    assert typed_text.day(f"{day.day}/{day.month}/{day.year}") == day.isoformat()


@pytest.mark.parametrize("text", ["31/02/2026", "13/13/2026", "1/4/26", "1 April 26", "2026/04/01", "April 2026",
                                  "46113", "1st of April", "1/4-2026", "04/13/2026"])  # fmt: skip
def test_what_is_not_surely_a_day_stays_as_it_was_typed(text):
    assert typed_text.day(text) == text
