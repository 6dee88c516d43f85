"""Pupils, suspensions and absence, from the school census."""

import pandas as pd

from tests.second_way.files import Files, codes, days, flags, numbers
from tests.second_way.schools import schools

GROUPS = {"N": "no_sen", "K": "sen_support", "A": "sen_support", "P": "sen_support", "E": "ehc_plan", "S": "ehc_plan"}
STAGES = dict.fromkeys(["E1", "E2", "N1", "N2", "R"], "early_years")
for stage, years in (
    ("key_stage_1", (1, 3)), ("key_stage_2", (3, 7)), ("key_stage_3", (7, 10)), ("key_stage_4", (10, 12)),
    ("post_16", (12, 25)),
):  # fmt: skip
    STAGES |= dict.fromkeys(map(str, range(*years)), stage)
ABSENT = [*"CEHIMRSTGNOU", "C1", "C2", "J1"]


def sen_support_pupils(files: Files) -> pd.DataFrame:
    """Everybody on roll on census day, and whether at SEN support."""
    rows = on_roll(files)
    return rows.assign(month_start=rows.delivery_month, counted=rows.sen_group == "sen_support")


def pupils_with_sen(files: Files) -> pd.DataFrame:
    """Everybody on roll on census day, and whether with SEN, with a plan or without."""
    rows = on_roll(files)
    return rows.assign(month_start=rows.delivery_month, counted=rows.sen_group != "no_sen")


def suspension_rate(files: Files) -> pd.DataFrame:
    """Suspensions of a term beside the pupils of the census of that term."""
    return _excluded(files, ["SUSP", "FIXD"])


def permanent_exclusion_rate(files: Files) -> pd.DataFrame:
    """Permanent exclusions of a term beside the pupils of the census of that term."""
    return _excluded(files, ["PERM"])


def absence_rate(files: Files) -> pd.DataFrame:
    """Half days of the term before the census, of those who are on roll on its day."""
    rows = on_roll(files)
    rows["base"] = numbers(rows.sessions_possible) + numbers(rows.second_half_sessions_possible).fillna(0)
    details = files.rows("census__session_detail")
    details = details[codes(details.attendance_reason).isin(ABSENT)].assign(amount=lambda row: numbers(row.sessions))
    missed = details.groupby(["delivery_id", "pupil_id"], as_index=False).amount.sum()
    rows = rows.merge(missed, on=["delivery_id", "pupil_id"], how="left").fillna({"amount": 0})
    before = {1: (-1, 12), 5: (0, 3), 10: (0, 8)}
    rows["month_start"] = [
        pd.Timestamp(day.year + before[day.month][0], before[day.month][1], 1) for day in rows.delivery_month
    ]
    return rows[rows.base > 0]


def on_roll(files: Files) -> pd.DataFrame:
    """Children on roll on each census day, one row each: sen_group, sex, key_stage, census_on, urn, school_phase and
    whether is_in_unit or is_in_provision.

    A child of two schools stands at the main one.
    """
    rows = _pupils(files)
    rows = rows[(rows.is_on_roll == "1") & codes(rows.enrolment_status).isin(["C", "M"])]
    return rows.assign(
        sen_group=codes(rows.sen_provision).map(GROUPS),
        sex=codes(rows.sex),
        key_stage=codes(rows.national_curriculum_year).map(STAGES),
        is_in_unit=flags(rows.sen_unit_indicator),
        is_in_provision=flags(rows.resourced_provision_indicator),
    )


def term_end(day: pd.Series) -> pd.Series:
    """First day of the last month of the term: December, March or August."""
    last = pd.cut(day.dt.month, [0, 3, 8, 12], labels=[3, 8, 12]).astype(float)
    return pd.to_datetime({"year": day.dt.year, "month": last, "day": 1})


def _pupils(files):
    """Every row of a pupil, with the census day and the school."""
    returns = files.rows("census__school")
    returns["census_on"] = days(returns.reference_date)
    returns["number"] = returns.la_number.str.strip() + returns.establishment_number.str.strip()
    returns = returns[["delivery_id", "school_census_id", "census_on", "number"]]
    rows = files.rows("census__pupil").merge(returns, on=["delivery_id", "school_census_id"])
    found = schools(files).dropna(subset="number").drop_duplicates("number")[["number", "urn", "school_phase"]]
    return rows.merge(found, on="number", how="left")


def _excluded(files, kinds):
    """The pupils of a term's own census as base, its exclusions as amount, once a later census has told of them."""
    pupils = on_roll(files).assign(amount=0, base=1)
    pupils["month_start"] = term_end(pupils.census_on)
    told = set()
    for census in pupils.delivery_month.unique():
        ends = {1: [(-1, 8), (-1, 12)], 5: [(-1, 12), (0, 3)], 10: [(0, 3), (0, 8)]}[census.month]
        told |= {pd.Timestamp(census.year + back, month, 1) for back, month in ends}
    of_whom = _pupils(files)[["delivery_id", "pupil_id", "upn", "number", "school_phase"]]
    rows = files.rows("census__exclusion").drop(columns="person", errors="ignore")
    rows = rows.merge(of_whom, on=["delivery_id", "pupil_id"])
    rows = rows[codes(rows.category).isin(kinds)]
    rows["began_on"], rows["whose"] = days(rows.start_date), rows.upn.fillna(rows.pupil_id)
    rows = rows.sort_values(["delivery_month", "row_number"])
    rows = rows.drop_duplicates(["number", "whose", "began_on"], keep="last")
    rows["sen_group"] = codes(rows.sen_provision).map(GROUPS)
    rows = rows[rows.sen_group.notna()].assign(amount=1, base=0)
    rows["month_start"] = term_end(rows.began_on)
    columns = ["month_start", "amount", "base", "sen_group", "school_phase"]
    both = pd.concat([pupils[columns], rows[columns]])
    return both[both.month_start.isin(told)]
