"""The delivery plan, from the list of actions that the programme office sends each month."""

import pandas as pd

from tests.second_way.files import Files, codes, days


def actions_on_track(files: Files) -> pd.DataFrame:
    """Actions of each month's list: complete, or on track and within their deadline if they have one."""
    rows = actions(files)
    said = codes(rows.status)
    # Complete a few days after the month is on track in it.
    return rows.assign(counted=rows.is_complete | (said.isin(["ON_TRACK", "COMPLETE"]) & ~rows.is_past_deadline))


def actions_overdue(files: Files) -> pd.DataFrame:
    """Actions of each month's list: not complete although the day of the deadline is over."""
    rows = actions(files)
    return rows.assign(counted=~rows.is_complete & rows.is_past_deadline)


def actions(files: Files) -> pd.DataFrame:
    """One row per month and action: month_start, theme, is_complete and is_past_deadline as the month ended."""
    rows = files.rows("delivery_plan__action")
    rows["month_start"], rows["theme"] = rows.delivery_month, rows.theme.str.strip()
    month_end = rows.month_start + pd.offsets.MonthEnd(0)
    done_later = days(rows.completed_date) > month_end
    rows["is_complete"] = (codes(rows.status) == "COMPLETE") & ~done_later
    rows["is_past_deadline"] = days(rows.deadline) < month_end
    return rows
