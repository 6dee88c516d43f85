"""Dates as the borough counts them: month ends, ages, school years, financial years and terms."""

import calendar
from datetime import date, timedelta

DAY = timedelta(days=1)

TERMS = {
    ("2022/23", "autumn"): (date(2022, 9, 1), date(2022, 12, 16)),
    ("2022/23", "spring"): (date(2023, 1, 3), date(2023, 3, 31)),
    ("2022/23", "summer"): (date(2023, 4, 17), date(2023, 7, 21)),
    ("2023/24", "autumn"): (date(2023, 9, 4), date(2023, 12, 21)),
    ("2023/24", "spring"): (date(2024, 1, 8), date(2024, 3, 28)),
    ("2023/24", "summer"): (date(2024, 4, 15), date(2024, 7, 23)),
    ("2024/25", "autumn"): (date(2024, 9, 2), date(2024, 12, 20)),
    ("2024/25", "spring"): (date(2025, 1, 6), date(2025, 4, 4)),
    ("2024/25", "summer"): (date(2025, 4, 22), date(2025, 7, 22)),
    ("2025/26", "autumn"): (date(2025, 9, 1), date(2025, 12, 19)),
    ("2025/26", "spring"): (date(2026, 1, 5), date(2026, 3, 27)),
    ("2025/26", "summer"): (date(2026, 4, 13), date(2026, 7, 21)),
    ("2026/27", "autumn"): (date(2026, 9, 1), date(2026, 12, 18)),
    ("2026/27", "spring"): (date(2027, 1, 4), date(2027, 3, 25)),
    ("2026/27", "summer"): (date(2027, 4, 12), date(2027, 7, 21)),
}


def month_start(month: str) -> date:
    """First day of a month written 'YYYY-MM'; ValueError when it is written otherwise."""
    return date.fromisoformat(f"{month}-01")


def month_end(day: date) -> date:
    """Last day of the month in which `day` lies."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """The same day of the month so many calendar months on; a day that month lacks becomes its last day."""
    year, index = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, index + 1, min(day.day, calendar.monthrange(year, index + 1)[1]))


def months_up_to(month: str, count: int) -> list[date]:
    """First days of the `count` months that end with `month`, oldest first."""
    last = month_start(month)
    return [add_months(last, -back) for back in range(count - 1, -1, -1)]


def school_year_start(day: date) -> int:
    """Calendar year of the 31 August on or before `day`."""
    return day.year if (day.month, day.day) >= (8, 31) else day.year - 1


def age_at_31_august(born_on: date, day: date) -> int:
    """Whole years of age on the 31 August on or before `day`."""
    return school_year_start(day) - born_on.year - (born_on.month > 8)


def year_group(born_on: date, day: date) -> int:
    """National curriculum year on `day`: Reception is 0."""
    return age_at_31_august(born_on, day) - 4


def age_band(age: int) -> str:
    """Name of the age band in which an age in whole years lies."""
    for last, band in ((4, "under_5"), (10, "5_10"), (15, "11_15"), (19, "16_19")):
        if age <= last:
            return band
    return "20_25"


def compulsory_school_age_from(born_on: date) -> date:
    """The day compulsory school age begins: the first 31 December, 31 March or 31 August from the fifth birthday."""
    year = born_on.year + 5
    if born_on.month >= 9:
        return date(year, 12, 31)
    return date(year, 3, 31) if born_on.month <= 3 else date(year, 8, 31)


def review_due_on(start: date, born_on: date) -> date:
    """Day by which a review must be complete: 12 months on, 6 for a child under compulsory school age at the start."""
    return add_months(start, 6 if start < compulsory_school_age_from(born_on) else 12)


def financial_year_start(day: date) -> date:
    """The 1 April on or before `day`."""
    return date(day.year if day.month >= 4 else day.year - 1, 4, 1)


def financial_year(day: date) -> str:
    """Financial year of `day`, as in '2026-27'."""
    start = financial_year_start(day).year
    return f"{start}-{(start + 1) % 100:02d}"


def term_of(day: date) -> tuple[date, date]:
    """First and last teaching day of the term to which the month of `day` belongs; KeyError outside the table."""
    name = "autumn" if day.month >= 9 else "spring" if day.month <= 3 else "summer"
    first = day.year if day.month >= 9 else day.year - 1
    return TERMS[f"{first}/{(first + 1) % 100:02d}", name]
