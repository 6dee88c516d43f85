"""Plans that are maintained at a month's end and where their children are, for the areas that ask only that."""

import pandas as pd

from send_data import seeds
from tests.second_way.assessments import requests
from tests.second_way.files import Files, codes, days, flags, numbers

ELSEWHERE = {
    "EHE": "elective_home_education",
    "OLA": "education_otherwise",
    "OPA": "education_otherwise",
    "EYP": "early_years",
    "NEET": "neet",
    "OTH": "other",
}


def plans(files: Files) -> pd.DataFrame:
    """One row per plan: request_number, person, born, sex, primary_need, begun_on, ceased_on (NaT while maintained).

    Begun: the earlier of the start and the day of issue; transferred in, the first day at a setting.
    """
    rows = requests(files)
    rows = rows[rows.has_plan & ~rows.received_on.gt(files.month_end)]
    transfers = files.rows("sen2__active_plan")
    transferred = transfers.request_number[codes(transfers.transfer_la).notna()]
    outcome = codes(rows.assessment_outcome)
    issued_on = rows.assessed_on.where(outcome == "Y", rows.plan_began_on.where(outcome == "N"))
    issued_on = issued_on.where(issued_on <= files.month_end)
    entered = files.rows("sen2__placement_detail")
    first_day = days(entered.entry_date).groupby(entered.request_number).min()
    begun_on = pd.DataFrame({"issued": issued_on, "started": rows.plan_began_on}).min(axis=1)
    moved_in = rows.request_number.map(first_day).fillna(rows.plan_began_on)
    begun_on = begun_on.where(~rows.request_number.isin(transferred), moved_in)
    ceased_on = days(rows.cease_date)
    rows = rows.assign(
        begun_on=begun_on,
        ceased_on=ceased_on.where(ceased_on <= files.month_end),
        primary_need=rows.need.fillna("unknown"),
    )
    return rows[["request_number", "person", "born", "sex", "primary_need", "begun_on", "ceased_on"]]


def maintained(files: Files, month: pd.Timestamp) -> pd.DataFrame:
    """The plans begun by the last day of a month and not ceased by it."""
    rows, end = plans(files), month + pd.offsets.MonthEnd(0)
    return rows[(rows.begun_on <= end) & ~(rows.ceased_on <= end)]


def settings(files: Files, month: pd.Timestamp) -> pd.Series:
    """Type of setting on the last day of a month, by request_number: that of the placement held then with the lowest
    rank, and of one rank the latest entry."""
    end = month + pd.offsets.MonthEnd(0)
    rows = files.rows("sen2__placement_detail")
    rows = rows.assign(
        entered_on=days(rows.entry_date),
        rank=numbers(rows.placement_rank).fillna(1),
        place=rows.placement_number.astype(str),
        setting_type=_setting_types(files, rows),
    )
    rows = rows[(rows.entered_on <= end) & ~(days(rows.leaving_date) < end)]
    rows = rows.sort_values(["rank", "entered_on", "place"], ascending=[True, False, True])
    return rows.drop_duplicates("request_number").set_index("request_number").setting_type


def _setting_types(files, placements):
    """A unit or resourced provision of a mainstream school, else the type of establishment, else what is recorded."""
    kinds = {row["type_code"]: row for row in seeds.rows("codes", "setting_type")}
    register = files.rows("gias__establishment")
    register = register.assign(
        kind=register.type_code.str.strip().str.zfill(2), is_open=codes(register.status_code) == "1"
    ).sort_values(["is_open", "urn"], ascending=[False, True])
    by_urn = register.drop_duplicates("urn").set_index("urn").kind
    by_ukprn = register.dropna(subset="ukprn").drop_duplicates("ukprn").set_index("ukprn").kind
    urn, ukprn = codes(placements.urn), codes(placements.ukprn)
    kind = urn.map(by_urn).where(urn.notna(), ukprn.map(by_ukprn))
    found = kind.map(lambda code: kinds[code]["setting_type"] if code in kinds else "other")
    is_mainstream = kind.map(lambda code: code in kinds and kinds[code]["setting_group"] == "mainstream")
    found = found.mask(is_mainstream & flags(placements.resourced_provision_indicator), "resourced_provision")
    found = found.mask(is_mainstream & flags(placements.sen_unit_indicator), "sen_unit")
    instead = codes(placements.sen_setting).map(ELSEWHERE).fillna("awaiting")
    return found.where(urn.notna() | ukprn.notna(), instead)
