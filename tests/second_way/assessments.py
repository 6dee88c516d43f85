"""Needs assessments, from the requests and assessments of the SEN2 extract."""

import pandas as pd

from tests.second_way.children import age_band, people
from tests.second_way.files import Files, codes, days, first_of_month, numbers

SOURCES = {"1": "young_person_or_parent", "2": "school_or_setting", "3": "health", "4": "social_care", "5": "other"}


def requests_received(files: Files) -> pd.DataFrame:
    """Requests by the month they were received in; historical and transferred ones have no clock."""
    rows = requests(files)
    rows = rows[~rows.is_historical & rows.received_on.le(files.month_end)]
    return rows.assign(month_start=first_of_month(rows.received_on), counted=True)


def requests(files: Files) -> pd.DataFrame:
    """One row per request, with its assessment, plan, first need and child.

    The same request in two records of a child is one: the record that got furthest stands.
    """
    persons = files.rows("sen2__person")[["person_number", "person"]].dropna()
    rows = files.rows("sen2__request").merge(persons, on="person_number")
    for source in ("sen2__assessment", "sen2__named_plan"):
        rows = rows.merge(_by_request(files, source), on="request_number", how="left")
    needs = files.rows("sen2__sen_need")
    needs = needs.assign(
        need=codes(needs.sen_type), rank=numbers(needs.sen_type_rank), place=numbers(needs.need_number)
    )
    needs = needs.sort_values(["rank", "place"]).drop_duplicates("request_number")
    rows = rows.merge(needs[["request_number", "need"]], on="request_number", how="left")
    rows = rows.merge(people(files), on="person", how="left")
    rows["received_on"], rows["outcome_on"] = days(rows.received_date), days(rows.request_outcome_date)
    rows["assessed_on"], rows["plan_began_on"] = days(rows.assessment_outcome_date), days(rows.start_date)
    rows["has_plan"] = rows.start_date.notna()
    rows["same_day"] = rows.received_on.fillna(rows.plan_began_on)
    rows["number"] = numbers(rows.request_number)
    furthest = ["has_plan", "has_assessed", "has_outcome"]
    rows["has_assessed"], rows["has_outcome"] = rows.assessed_on.notna(), rows.outcome_on.notna()
    rows = rows.sort_values([*furthest, "number"], ascending=[False, False, False, True])
    rows = rows[rows.same_day.isna() | ~rows.duplicated(["person", "same_day"])]
    outcomes = codes(rows.request_outcome), codes(rows.assessment_outcome)
    rows["is_historical"] = (outcomes[0] == "H") | (outcomes[1] == "H")
    rows["source"] = codes(rows.request_source).map(SOURCES)
    rows["primary_need"] = rows.need.where(rows.has_plan)
    rows["age_band"] = age_band(rows.born, rows.received_on)
    return rows


def _by_request(files, source):
    """The columns of a table that hangs on requests, less those every table has."""
    return files.rows(source).drop(columns=["delivery_id", "delivery_month", "row_number"])
