"""What people type into a workbook as text, written as the contract's types are: £1,234.50, 85 %, 1 April 2026.

Only what can be read in one way is rewritten. Everything else stays as it was typed, for the gate to refuse.
"""

import calendar
import re
from datetime import date
from decimal import Decimal

# Commas stand between groups of three digits or nowhere; accountants put what is below nothing in brackets.
NUMBER = re.compile(
    r"\s*(?P<bracket>\()?\s*(?P<minus>[-\N{MINUS SIGN}])?\s*£?\s*"
    r"(?P<digits>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+)"
    r"\s*(?P<percent>%)?\s*(?P<closed>\))?\s*"
)
# In the United Kingdom the day comes before the month. Two digits for a year are not read: 1 April 26 may be 1926.
DAY = re.compile(r"\s*([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})\s*")
DAY_WITH_MONTH = re.compile(r"\s*([0-9]{1,2})[ -]([A-Za-z]{3,9})[ -]([0-9]{4})\s*")
MONTHS = {
    name.casefold(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
}


def number(text: str) -> str:
    """A typed number as digits with a point: £1,234.50 is 1234.50, (5) is -5 and 85 % is 0.85."""
    found = NUMBER.fullmatch(text)
    if not found or bool(found["bracket"]) != bool(found["closed"]) or (found["bracket"] and found["minus"]):
        return text
    digits = found["digits"].replace(",", "")
    if found["percent"]:
        digits = format(Decimal(digits).scaleb(-2), "f")
    return f"-{digits}" if found["bracket"] or found["minus"] else digits


def day(text: str) -> str:
    """A typed day as yyyy-mm-dd: 1/4/2026, 01.04.2026, 1 April 2026 and 1-Apr-2026 are 2026-04-01."""
    found = DAY.fullmatch(text)
    if found:
        return _iso(found[4], int(found[3]), found[1]) or text
    found = DAY_WITH_MONTH.fullmatch(text)
    if found and found[2].casefold() in MONTHS:
        return _iso(found[3], MONTHS[found[2].casefold()], found[1]) or text
    return text.strip()


def _iso(year, month, day_of_month):
    try:
        return date(int(year), month, int(day_of_month)).isoformat()
    except ValueError:
        return None
