"""Preparing for adulthood: what young people do, learn, and where they live; health checks of those of 14 and over."""

import pandas as pd

from send_data import seeds
from tests.second_way.children import age_at_31_august, age_band, people
from tests.second_way.files import Files, codes, days, first_of_month, flags
from tests.second_way.plans import plan_months, plans

SEND = ["ehc_plan", "sen_support"]
# Last month of a term, and how many months it has.
TERMS = {12: 4, 3: 3, 8: 5}


def send_16_17_in_eet(files: Files) -> pd.DataFrame:
    """Years 12 and 13 with a plan or SEN support; counted who is known to learn or work."""
    rows = _young_people(files)
    return rows[rows.academic_age.isin([16, 17]) & rows.sen_group.isin(SEND)]


def send_20_24_in_eet(files: Files) -> pd.DataFrame:
    """Young people of 20 to 24 with a maintained plan; counted who is known to learn or work."""
    rows = _young_people(files)
    return rows[rows.academic_age.between(20, 24) & rows.has_plan]


def _young_people(files):
    """The cohort of each month's return and everybody with a plan at the month's end."""
    returned = _cohort(files)
    kept, held = returned[returned.is_in_cohort], plan_months(files)
    found = []
    for month in sorted(set(returned.month_start) & set(files.months)):
        holders = held.person[held.month_start == month].drop_duplicates().to_frame().assign(has_plan=True)
        rows = kept[kept.month_start == month].merge(holders, on="person", how="outer")
        rows = rows.merge(people(files), on="person", how="left", suffixes=("", "_sen2"))
        rows["has_plan"] = rows.has_plan.fillna(False).astype(bool)
        rows["academic_age"] = age_at_31_august(rows.born.fillna(rows.born_sen2), pd.Series(month, rows.index))
        known = rows.sex_sen2.isin(["M", "F"])
        rows["sex"] = rows.sex_sen2.where(known, rows.sex.where(rows.sex.isin(["M", "F"]))).fillna("unknown")
        has_any = rows.has_plan | rows.flagged_plan.fillna(False).astype(bool)
        rows["sen_group"] = "no_sen"
        rows.loc[rows.flagged_support.fillna(False).astype(bool), "sen_group"] = "sen_support"
        rows.loc[has_any, "sen_group"] = "ehc_plan"
        found.append(rows.assign(month_start=month, counted=rows.counted.fillna(False).astype(bool)))
    return pd.concat(found)


def _cohort(files):
    """One row per month and young person of the return; who stands in it twice, in the cohort and as learnt last."""
    groups = {row["code"]: row["activity_group"] for row in seeds.rows("codes", "nccis_activity")}
    rows = files.rows("nccis__young_person").dropna(subset="person")
    rows = rows.assign(
        month_start=rows.delivery_month,
        is_in_cohort=codes(rows.cohort_status).isin(["P", "G"]),
        learnt_on=days(rows.date_ascertained),
        born=first_of_month(days(rows.dob)),
        sex=codes(rows.gender),
        flagged_plan=flags(rows.send_flag),
        flagged_support=flags(rows.sen_support_flag),
        counted=codes(rows.activity_code).map(groups).isin(["education", "employment", "training"])
        & ~flags(rows.currency_lapsed),
    )
    order = ["is_in_cohort", "learnt_on", "row_number"]
    rows = rows.sort_values(order, ascending=[False, False, True], na_position="last")
    columns = ["month_start", "person", "is_in_cohort", "born", "sex", "flagged_plan", "flagged_support", "counted"]
    return rows.drop_duplicates(["month_start", "person"])[columns]


def supported_internships(files: Files) -> pd.DataFrame:
    """Young people with a day of the term on an internship and with a plan, in the term's last month."""
    rows = files.rows("outcomes__supported_internship").dropna(subset="person")
    rows = rows.assign(began_on=days(rows.start_date), ended_on=days(rows.end_date))
    rows = rows[["person", "began_on", "ended_on"]].merge(plans(files), on="person")
    found = []
    for month in files.months:
        if month.month not in TERMS:
            continue
        first, last = month - pd.DateOffset(months=TERMS[month.month] - 1), month + pd.offsets.MonthEnd(0)
        begins = rows[["began_on", "begun_on"]].max(axis=1).clip(lower=first)
        plan_to = rows.ceased_on - pd.Timedelta(days=1)
        ends = pd.DataFrame({"internship": rows.ended_on, "plan": plan_to}).min(axis=1).fillna(last).clip(upper=last)
        present = rows[begins <= ends].drop_duplicates("person")
        ages = age_band(present.born, pd.Series(last, present.index))
        found.append(present.assign(month_start=month, counted=True, age_band=ages))
    return pd.concat(found)


def send_level_2_by_19(files: Files) -> pd.DataFrame:
    """Who turned 19 in an academic year with SEND at the end of Year 11, in its August."""
    rows = files.rows("outcomes__level_2").dropna(subset="person")
    rows = rows.assign(
        month_start=_august(rows.academic_year),
        counted=flags(rows.has_level_2),
        sen_group=codes(rows.sen_provision).map({"E": "ehc_plan", "K": "sen_support"}),
    )
    rows = rows.sort_values(["delivery_month", "counted", "row_number"], ascending=[False, False, True])
    return rows.drop_duplicates(["month_start", "person"]).dropna(subset="sen_group")


def ld_health_checks_from_14(files: Files) -> pd.DataFrame:
    """People of 14 and over on each month's register; counted with a check in the twelve months that end with it."""
    rows = files.rows("ld_register__person").dropna(subset="person")
    rows = rows.assign(
        month_start=rows.delivery_month,
        end=rows.delivery_month + pd.offsets.MonthEnd(0),
        born_on=days(rows.date_of_birth),
        check_on=days(rows.check_date),
    )
    rows = rows.sort_values("check_on", ascending=False, na_position="last").drop_duplicates(["month_start", "person"])
    rows = rows[rows.born_on.map(lambda day: day + pd.DateOffset(years=14)) <= rows.end]
    rows = rows[days(rows.registered_date) <= rows.end]
    months_ago = (rows.month_start.dt.year - rows.check_on.dt.year) * 12 + rows.month_start.dt.month
    months_ago -= rows.check_on.dt.month
    ages = age_band(first_of_month(rows.born_on), rows.end)
    return rows.assign(counted=months_ago.between(0, 11), age_band=ages)


def living_independently(files: Files) -> pd.DataFrame:
    """Whose plan ended in an academic year, in its August; counted in a home of their own or supported in one."""
    groups = {row["code"]: row["arrangement_group"] for row in seeds.rows("codes", "living_arrangement")}
    rows = files.rows("adult_care__living_arrangement").dropna(subset="person")
    rows = rows.assign(
        month_start=_august(rows.academic_year),
        learnt_on=days(rows.ascertained_date),
        counted=codes(rows.arrangement).map(groups).isin(["independent", "supported"]),
        age_band=age_band(first_of_month(days(rows.date_of_birth)), days(rows.plan_ended_date)),
    )
    order = ["delivery_month", "learnt_on", "row_number"]
    rows = rows.sort_values(order, ascending=[False, False, True], na_position="last")
    rows = rows.drop_duplicates(["month_start", "person"]).merge(people(files), on="person", how="left")
    return rows.fillna({"sex": "unknown"})


def _august(academic_years):
    """First day of the August that ends an academic year written 2025/26."""
    return pd.to_datetime((academic_years.str.strip().str[:4].astype(int) + 1).astype(str) + "-08-01")
