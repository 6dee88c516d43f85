"""This edition beside others, and the borough beside other places: what stands side by side on the dashboard."""

from collections.abc import Iterable, Mapping

from send_data import agreement, sentences
from send_data.pages import MeasurePage
from send_data.published import Edition


def before_rows(now: Iterable[MeasurePage], before: Iterable[MeasurePage]) -> list[dict]:
    """A row for each measure: its `page`, what the edition before printed of it (`was`), and what is new.

    Empty when there is no edition before. Two figures of the same month stand side by side only when they are equal: by
    how much a month was revised is told, as far as it may be, among the revisions.
    """
    printed = {page.measure["measure_id"]: page for page in before}
    return [_row(page, printed.get(page.measure["measure_id"])) for page in now] if printed else []


def _row(page: MeasurePage, was: MeasurePage | None) -> dict:
    if was is None:
        return {"page": page, "was": None, "news": "New in this edition"}
    is_revised = was.month == page.month and (was.figure, was.counts) != (page.figure, page.counts)
    if is_revised:
        return {"page": page, "was": None, "news": "Revised"}
    return {"page": page, "was": was, "news": "No new figure" if was.month == page.month else _news(page, was)}


def _news(page: MeasurePage, was: MeasurePage) -> str:
    """What is new of where the figure stands; nothing when it stands where it stood."""
    return "" if was.mark == page.mark else f"Was: {was.mark} {was.standing.words}"


def edition_rows(edition: Edition) -> list[dict]:
    """Every edition up to this one, the newest first: its number, month, what it knew, what it replaces, where it is.

    A month has one folder, which holds its newest edition: an edition that was replaced is kept in `published` alone.
    """
    month = edition.header["month"]
    rows, seen = [], set()
    for row in [edition.header, *edition.editions_before]:
        is_kept = row["month"] not in seen
        seen.add(row["month"])
        rows.append(
            {
                "number": row["edition_id"],
                "month": sentences.month_name(row["month"]),
                "known": sentences.day_name(row["known_at"].date()),
                "replaces": row["supersedes"],
                "is_this": row["edition_id"] == edition.header["edition_id"],
                "address": f"../../{row['month']:%Y-%m}/dashboard/" if is_kept and row["month"] != month else "",
            }
        )
    return rows


def comparator_rows(rows: Iterable[Mapping]) -> list[dict]:
    """What DfE publishes of one measure as rows of a table: whose figure, of when, and the figure."""
    by_area = {row["comparator"]: row for row in rows if row["comparator"] != "neighbour"}
    names = {"borough": None, "borough_last_year": None, "neighbours_median": "Median of its neighbours"}
    return [
        {
            "area": names.get(name) or by_area[name]["area_name"],
            "period": agreement.period_name(by_area[name]["time_period"]),
            "figure": agreement.value_text(by_area[name]),
        }
        for name in ("borough", "borough_last_year", "London", "England", "neighbours_median")
        if name in by_area
    ]
