"""Staff of the four agencies, from the running return, the training log and the surveys."""

import pandas as pd

from tests.second_way.files import Files, days, first_of_month, numbers
from tests.second_way.plans import plan_months

THERAPIES = {"Speech and language therapist": "SLT", "Occupational therapist": "OT"}
QUARTERS = [3, 6, 9, 12]


def vacancy_rate(files: Files) -> pd.DataFrame:
    """Vacant hours against established ones, as returned for each role."""
    rows = posts(files)
    return rows.assign(amount=numbers(rows.vacant_fte), base=numbers(rows.established_fte))


def turnover_rate(files: Files) -> pd.DataFrame:
    """Leavers of twelve months over the mean of the people in post at their ends; a row per month, agency and role."""
    rows = posts(files)
    rows["leavers"], rows["people"] = numbers(rows.leavers), numbers(rows.headcount)
    found = []
    for month in files.months:
        first = month - pd.DateOffset(months=11)
        for _, agency in rows[rows.month_start.between(first, month)].groupby("agency"):
            if agency.month_start.min() != first:
                continue
            sums = agency.groupby(["agency", "staff_role"], as_index=False)[["leavers", "people"]].sum()
            found.append(sums.assign(month_start=month, amount=sums.leavers, base=sums.people / 12))
    return pd.concat(found)


def therapy_workforce(files: Files) -> pd.DataFrame:
    """Therapists in post against the plan, where the plan has a number."""
    rows = posts(files)
    rows = rows.assign(
        therapy=rows.staff_role.map(THERAPIES), amount=numbers(rows.in_post_fte), base=numbers(rows.planned_fte)
    )
    return rows.dropna(subset=["therapy", "base"])


def plans_per_case_officer(files: Files) -> pd.DataFrame:
    """Plans maintained over the hours of SEN case officers in post; one row per month."""
    rows = posts(files)
    officers = rows[rows.staff_role == "SEN case officer"].assign(base=lambda r: numbers(r.in_post_fte))
    plans = plan_months(files).groupby("month_start").size().rename("amount")
    return officers.groupby("month_start").base.sum().to_frame().join(plans, how="inner").reset_index()


def good_place_to_work(files: Files) -> pd.DataFrame:
    """Who agree that it is one."""
    return _survey(files, "Good place to work")


def manageable_caseload(files: Files) -> pd.DataFrame:
    """Who agree that theirs is."""
    return _survey(files, "Manageable caseload")


def induction_training_completed(files: Files) -> pd.DataFrame:
    """Starters, in the quarter in which their three months are over, without those who had left by then."""
    rows = trainings(files, "SEND induction")
    # DateOffset keeps to the last day of a shorter month: 30 November, 28 February.
    rows["over_on"] = rows.started_on.map(lambda day: day + pd.DateOffset(months=3))
    rows = rows[~(rows.left_on < rows.over_on)]
    quarter_end = rows.over_on.dt.to_period("Q").dt.end_time.dt.normalize()
    rows = rows.assign(month_start=first_of_month(quarter_end), counted=rows.completed_on <= rows.over_on)
    return rows[quarter_end <= files.month_end]


def refresher_training_completed(files: Files) -> pd.DataFrame:
    """Case officers in post as each quarter ends, once the training is given."""
    rows = trainings(files, "Advice in plans refresher")
    rows = rows[rows.role == "SEN case officer"]
    found = []
    for month in files.months:
        end = month + pd.offsets.MonthEnd(0)
        if month.month in QUARTERS and (rows.completed_on <= end).any():
            here = rows[(rows.started_on <= end) & ~(rows.left_on < end)]
            found.append(here.assign(month_start=month, counted=here.completed_on <= end))
    return pd.concat(found)


def posts(files: Files) -> pd.DataFrame:
    """The running return: a row per agency, month_start and staff_role."""
    rows = files.rows("workforce__post")
    return rows.assign(month_start=first_of_month(days(rows.month)), staff_role=rows.role)


def trainings(files: Files, kind: str) -> pd.DataFrame:
    """The log's rows of a kind of training with started_on, left_on and completed_on."""
    rows = files.rows("workforce__training")
    rows = rows[rows.training == kind]
    for name in ("started", "left", "completed"):
        rows[f"{name}_on"] = days(rows[f"{name}_date"])
    return rows


def _survey(files, question):
    """Each agency's last survey of a year to 30 September, in that September."""
    rows = files.rows("workforce__survey")
    rows = rows[rows.question == question].assign(closed_on=days(rows.survey_date))
    year = rows.closed_on.dt.year + (rows.closed_on.dt.month > 9)
    rows["month_start"] = pd.to_datetime(year.astype(str) + "-09-01")
    rows = rows.sort_values("closed_on").drop_duplicates(["agency", "month_start"], keep="last")
    return rows.assign(amount=numbers(rows.positive), base=numbers(rows.responses))
