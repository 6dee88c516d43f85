"""What young people, families and SENCos say, and what came of it, from the participation officer's three lists."""

from itertools import pairwise

import pandas as pd

from tests.second_way.files import Files, codes, days, numbers

ABOUT_THE_PLAN = ["plan_is_clear", "plan_is_concise", "plan_is_accurate", "plan_describes_provision"]
SIX_WEEKS = pd.Timedelta(weeks=6)


def plans_clear_to_families(files: Files) -> pd.DataFrame:
    """Responses with an answer about the plan, by quarter; those count that agree (4, 5) four times."""
    rows = _responses(files)
    answers = rows[ABOUT_THE_PLAN].apply(numbers)
    rows["counted"] = answers.isin([4, 5]).sum(axis=1).eq(4)
    return rows[answers.notna().any(axis=1)]


def families_with_trust_and_confidence(files: Files) -> pd.DataFrame:
    """Answers of young people, parents and carers on trust and confidence, by quarter; 4 and 5 count."""
    rows = _responses(files)
    answers = numbers(rows.trust_and_confidence)
    return rows.assign(counted=answers.gt(3))[answers.notna() & rows.respondent.ne("SENCO")]


def young_peoples_group_meetings_on_time(files: Files) -> pd.DataFrame:
    """Gaps between meetings that end in a quarter, and the one that is open at its end when it is over six weeks."""
    rows = files.rows("voice__group_meeting")
    met = sorted(days(rows.meeting_date)[numbers(rows.young_people).gt(0)])
    found = []
    for quarter in _quarters(files):
        begin, end = quarter.start_time, quarter.end_time.normalize()
        found += [(end, day - before <= SIX_WEEKS) for before, day in pairwise(met) if begin <= day <= end]
        held = [day for day in met if day <= end]
        if held and end - held[-1] > SIX_WEEKS:
            found.append((end, False))
    rows = pd.DataFrame(found, columns=["quarter_end", "counted"])
    return rows.assign(month_start=pd.to_datetime(rows.quarter_end) - pd.offsets.MonthBegin(1))


def changes_made_from_feedback(files: Files) -> pd.DataFrame:
    """Themes that await a change in a quarter, also those raised in it; those count that get it in the quarter."""
    rows = files.rows("voice__feedback_theme")
    rows = rows.assign(raised_on=days(rows.raised_date), changed_on=days(rows.changed_date))
    found = []
    for quarter in _quarters(files):
        awaiting = rows[(rows.raised_on <= quarter.end_time) & ~(rows.changed_on < quarter.start_time)]
        is_made = awaiting.changed_on.dt.to_period("Q").eq(quarter)
        found.append(awaiting.assign(counted=is_made, month_start=quarter.asfreq("M").to_timestamp()))
    return pd.concat(found)


def _responses(files):
    rows = files.rows("voice__survey_response")
    quarter = days(rows.response_date).dt.to_period("Q")
    return rows.assign(respondent=codes(rows.respondent), month_start=quarter.dt.asfreq("M").dt.to_timestamp())


def _quarters(files):
    """The quarters that end in a month of the history."""
    months = pd.PeriodIndex(files.months, freq="M")
    return [month.asfreq("Q") for month in months if month.month % 3 == 0]
