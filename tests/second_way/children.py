"""What the SEN2 extract says of children, their requests and their plans, as frames that several areas share."""

import pandas as pd

from tests.second_way.files import Files, cached, codes, days, first_of_month, flags, numbers

SOURCES = {"1": "young_person_or_parent", "2": "school_or_setting", "3": "health", "4": "social_care", "5": "other"}


@cached
def people(files: Files) -> pd.DataFrame:
    """One row per child: person, born (first of the month), sex (M, F or unknown).

    A child that stands in the file twice is one; what one record leaves empty is taken from the other.
    """
    rows = files.rows("sen2__person").dropna(subset="person")
    rows = rows.assign(born=first_of_month(days(rows.person_birth_date)), sex=codes(rows.sex))
    rows["sex"] = rows.sex.where(rows.sex.isin(["M", "F"]))
    return (
        rows.groupby("person", as_index=False).agg(born=("born", "max"), sex=("sex", "max")).fillna({"sex": "unknown"})
    )


@cached
def requests(files: Files) -> pd.DataFrame:
    """One row per request, with its assessment, plan, first need and child, as known at the month's end.

    The same request in two records of a child is one: the record that got furthest stands. What is dated after the
    month's end has not happened yet: the case is then active (A). `issued_on` is the first issue of the plan: the day
    of the decision to issue, or the plan's start where a decision not to issue was overturned; a plan that came from
    another authority was never issued here.
    """
    persons = files.rows("sen2__person")[["person_number", "person"]].dropna()
    rows = files.rows("sen2__request").merge(persons, on="person_number")
    for source in ("sen2__assessment", "sen2__named_plan", "sen2__active_plan"):
        rows = rows.merge(_by_request(files, source), on="request_number", how="left")
    rows = rows.merge(_first_needs(files), on="request_number", how="left")
    rows = rows.merge(people(files), on="person", how="left")
    rows["received_on"], rows["started_on"] = days(rows.received_date), days(rows.start_date)
    rows["outcome_on"], rows["assessed_on"] = days(rows.request_outcome_date), days(rows.assessment_outcome_date)
    rows["has_plan"] = rows.start_date.notna()
    rows = _once(rows)
    rows = rows[~rows.received_on.gt(files.month_end)]

    is_to_come, is_to_be_assessed = rows.outcome_on.gt(files.month_end), rows.assessed_on.gt(files.month_end)
    rows["outcome"] = codes(rows.request_outcome).mask(is_to_come, "A")
    rows["assessment_outcome"] = codes(rows.assessment_outcome).mask(is_to_be_assessed, "A")
    for day in ("outcome_on", "assessed_on"):
        rows[day] = known(files, rows[day])
    rows["is_historical"] = rows.outcome.eq("H") | rows.assessment_outcome.eq("H")
    rows["is_transferred_in"] = codes(rows.transfer_la).notna()
    rows["is_exported"] = codes(rows.exported).notna()
    rows["has_exception"] = flags(rows.week20)
    issued_on = rows.assessed_on.where(rows.assessment_outcome.eq("Y"))
    issued_on = issued_on.mask(rows.assessment_outcome.eq("N"), known(files, rows.started_on))
    rows["issued_on"] = issued_on.mask(rows.is_transferred_in)

    rows["source"] = codes(rows.request_source).map(SOURCES)
    rows["primary_need"] = rows.need.where(rows.has_plan).fillna("unknown")
    rows["sex"] = rows.sex.fillna("unknown")
    rows["age_band"] = age_band(rows.born, rows.received_on)
    return rows.reset_index(drop=True)


def known(files: Files, on: pd.Series) -> pd.Series:
    """Days up to the month's end; a later one is not known yet (NaT)."""
    return on.where(on.le(files.month_end))


def _by_request(files, source):
    """The columns of a table that hangs on requests, less those every table has."""
    return files.rows(source).drop(columns=["delivery_id", "delivery_month", "row_number"])


def _first_needs(files):
    """The need that stands first, by rank and then by its place in the file: request_number, need."""
    rows = files.rows("sen2__sen_need")
    rows = rows.assign(need=codes(rows.sen_type), rank=numbers(rows.sen_type_rank), place=numbers(rows.need_number))
    rows = rows.sort_values(["rank", "place"]).drop_duplicates("request_number")
    return rows[["request_number", "need"]]


def _once(rows):
    """Of the requests of a child that were received on one day (without it: whose plan began), the furthest."""
    rows = rows.assign(
        same_day=rows.received_on.fillna(rows.started_on),
        has_assessed=rows.assessed_on.notna(),
        has_outcome=rows.outcome_on.notna(),
        number=numbers(rows.request_number),
    )
    furthest_first = ["has_plan", "has_assessed", "has_outcome", "number"]
    rows = rows.sort_values(furthest_first, ascending=[False, False, False, True])
    return rows[rows.same_day.isna() | ~rows.duplicated(["person", "same_day"])]


def age_at_31_august(born: pd.Series, on: pd.Series) -> pd.Series:
    """Age on the last 31 August up to a day; NaN where a date is missing."""
    august = on.dt.year - ((on.dt.month < 8) | ((on.dt.month == 8) & (on.dt.day < 31))).astype(int)
    return (august - born.dt.year - (born.dt.month > 8).astype(int)).where(born.notna() & on.notna())


def age_band(born: pd.Series, on: pd.Series) -> pd.Series:
    """The bands of the age at 31 August."""
    bins, labels = [-100, 4, 10, 15, 19, 100], ["under_5", "5_10", "11_15", "16_19", "20_25"]
    return pd.cut(age_at_31_august(born, on), bins, labels=labels).astype(object).fillna("unknown")
