"""Which months a termly or yearly department sends files for, and with which month of the demonstration."""

from demo_borough.days import add_months, month_start

FIRST_DEMO_MONTH = "2026-09"


def months_due(numbers: tuple[int, ...], since: str, month: str) -> list[str]:
    """Months 'YYYY-MM' from `since` to `month`, both included, whose number in the year is one of `numbers`."""
    day, found = month_start(since), []
    while day <= month_start(month):
        if day.month in numbers:
            found.append(f"{day:%Y-%m}")
        day = add_months(day, 1)
    return found


def months_sent_with(numbers: tuple[int, ...], since: str, month: str) -> list[str]:
    """The months whose files are written with those of `month`: with the first, those of all months before it too."""
    return months_due(numbers, since if month == FIRST_DEMO_MONTH else month, month)
