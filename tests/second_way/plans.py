"""Plans maintained, where their children are placed and what the places cost, from SEN2, the register and finance."""

import pandas as pd

from send_data.settings import ROOT
from tests.known_answers import is_recorded_alike
from tests.second_way.children import age_band, known, requests
from tests.second_way.files import LA_CODE, Files, cached, codes, days, flags, month_ends, numbers

INDEPENDENT_SPECIAL = ["special_independent", "special_non_maintained"]
TYPES_ELSEWHERE = {
    "EHE": "elective_home_education",
    "OLA": "education_otherwise",
    "OPA": "education_otherwise",
    "EYP": "early_years",
    "NEET": "neet",
    "OTH": "other",
}
GROUPS_ELSEWHERE = {"EYP": "early_years"} | dict.fromkeys(["EHE", "OLA", "OPA", "OTH"], "elsewhere")


def ehc_plans(files: Files) -> pd.DataFrame:
    """Plans maintained at the month's end."""
    return plan_months(files).assign(counted=True)


def ehc_plan_growth(files: Files) -> pd.DataFrame:
    """Plans maintained at the month's end against those of twelve months before, recorded in the same way."""
    now = plan_months(files).assign(amount=1, base=0)
    before = now.assign(amount=0, base=1, month_start=now.month_start + pd.DateOffset(months=12))
    rows = pd.concat([now, before], ignore_index=True)
    return rows[is_recorded_alike("ehc_plan_growth", rows.month_start)]


def plans_in_mainstream(files: Files) -> pd.DataFrame:
    """Of plans maintained: placed in a mainstream school, its units and resourced provision included."""
    rows = plan_months(files)
    return rows.assign(counted=rows.setting_group.eq("mainstream"))


def plans_in_independent_special(files: Files) -> pd.DataFrame:
    """Of plans maintained: placed in an independent or non-maintained special school."""
    rows = plan_months(files)
    return rows.assign(counted=rows.setting_type.isin(INDEPENDENT_SPECIAL))


def plans_placed_in_borough(files: Files) -> pd.DataFrame:
    """Of plans placed at an establishment of the register: in the borough."""
    rows = plan_months(files).dropna(subset="is_in_borough")
    return rows.assign(counted=rows.is_in_borough)


def cost_per_placement(files: Files) -> pd.DataFrame:
    """The annual cost in force at the month's end at the placement's provider; of two rates the latest."""
    rows = plan_months(files).assign(provider=lambda plan: plan.urn.fillna(plan.ukprn))
    rates = placement_rates(files).sort_values(["effective_from", "annual_gbp"], ascending=False)
    rows = rows.dropna(subset="provider").merge(rates, on=["person", "provider"])
    rows = rows[rows.effective_from.le(rows.on) & ~rows.effective_to.lt(rows.on)]
    return rows.drop_duplicates(["plan", "month_start"]).assign(amount=lambda plan: plan.annual_gbp)


@cached
def plan_months(files: Files) -> pd.DataFrame:
    """One row per plan maintained at each month's end, of the history and of the twelve months before it.

    Columns: plan, person, month_start, on (the month's end), age_band, sex, primary_need, setting_type, setting_group,
    is_in_borough (None where not at an establishment of the register), urn, ukprn.
    """
    rows = plans(files).merge(month_ends(files, months_before=12), how="cross")
    rows = rows[rows.begun_on.le(rows.on) & ~rows.ceased_on.le(rows.on)]
    return groups_on(files, rows)


@cached
def plans(files: Files) -> pd.DataFrame:
    """One row per plan: plan (the number of its request), person, born, sex, primary_need, begun_on, started_on,
    issued_on, ceased_on (NaT while maintained), cease_reason.

    A plan begins with the earlier of its start and its issue; one that came from another authority when the child
    entered the first placement.
    """
    rows = requests(files)
    rows = rows[rows.has_plan].assign(plan=lambda request: request.request_number)
    entered_on = _placement_rows(files).groupby("request_number").entered_on.min()
    entered_on = rows.plan.map(entered_on).fillna(rows.started_on)
    rows["begun_on"] = rows[["started_on", "issued_on"]].min(axis=1).mask(rows.is_transferred_in, entered_on)
    rows["ceased_on"], rows["cease_reason"] = known(files, days(rows.cease_date)), codes(rows.cease_reason)
    columns = ["plan", "person", "born", "sex", "primary_need", "begun_on", "started_on", "issued_on", "ceased_on"]
    return rows[[*columns, "cease_reason"]]


def groups_on(files: Files, rows: pd.DataFrame) -> pd.DataFrame:
    """`rows` (plan, born, on) with the child's age_band on that day and where the child is placed: urn, ukprn,
    setting_type, setting_group, is_in_borough.

    The leaving day is the last day there. The main placement goes before the second, then the latest entry. A child
    without a placement is awaiting one.
    """
    where = ["urn", "ukprn", "setting_type", "setting_group", "is_in_borough"]
    rows = rows.reset_index(drop=True).assign(age_band=lambda row: age_band(row.born, row.on))
    held = rows[["plan", "on"]].reset_index(names="row").merge(placements(files), on="plan")
    held = held[held.entered_on.le(held.on) & ~held.left_on.lt(held.on)]
    held = held.sort_values(["rank", "entered_on", "placement"], ascending=[True, False, True])
    rows = rows.join(held.drop_duplicates("row").set_index("row")[where])
    return rows.fillna({"setting_type": "awaiting", "setting_group": "none"})


@cached
def placements(files: Files) -> pd.DataFrame:
    """One row per placement: placement, plan, person, rank (1 main, 2 second), entered_on, left_on, urn, ukprn,
    setting_type, setting_group, is_in_borough (None where not at an establishment of the register).

    A provider without a URN is looked up in the register by its UKPRN. Units and resourced provision of a mainstream
    school are settings of their own.
    """
    rows = _placement_rows(files).merge(plans(files)[["plan", "person"]], left_on="request_number", right_on="plan")
    is_at_an_establishment = rows.urn.notna() | rows.ukprn.notna()
    register = establishments(files)
    rows["urn"] = rows.urn.fillna(rows.ukprn.map(_urns(register)))
    rows = rows.merge(register.rename(columns={"ukprn": "own_ukprn"}), on="urn", how="left")
    rows["ukprn"] = rows.ukprn.fillna(rows.own_ukprn)
    provision = rows.setting_type.mask(flags(rows.resourced_provision_indicator), "resourced_provision")
    provision = provision.mask(flags(rows.sen_unit_indicator), "sen_unit")
    setting_type = rows.setting_type.mask(rows.setting_group.eq("mainstream"), provision).fillna("other")
    setting_group, elsewhere = rows.setting_group.fillna("elsewhere"), codes(rows.sen_setting)
    rows["setting_type"] = setting_type.where(is_at_an_establishment, elsewhere.map(TYPES_ELSEWHERE).fillna("awaiting"))
    rows["setting_group"] = setting_group.where(is_at_an_establishment, elsewhere.map(GROUPS_ELSEWHERE).fillna("none"))
    return rows


def _placement_rows(files):
    """The placements of the extract, with days, numbers and codes."""
    rows = files.rows("sen2__placement_detail")
    return rows.assign(
        placement=rows.placement_number,
        rank=numbers(rows.placement_rank),
        entered_on=days(rows.entry_date),
        left_on=days(rows.leaving_date),
        urn=codes(rows.urn),
        ukprn=codes(rows.ukprn),
    )


@cached
def establishments(files: Files) -> pd.DataFrame:
    """One row per establishment of the register: urn, ukprn, is_open, is_in_borough, setting_type and setting_group
    (None for a type that the code list does not place)."""
    rows = files.rows("gias__establishment")
    types = pd.read_csv(ROOT / "dbt_project" / "seeds" / "codes" / "setting_type.csv", dtype=str)
    rows["type_code"] = rows.type_code.str.strip().str.zfill(2)
    rows = rows.merge(types, on="type_code", how="left")
    return rows.assign(
        urn=codes(rows.urn),
        ukprn=codes(rows.ukprn),
        is_open=codes(rows.status_code).eq("1"),
        is_in_borough=rows.la_code.str.strip().str.zfill(3).eq(LA_CODE).astype(object),
    )[["urn", "ukprn", "is_open", "is_in_borough", "setting_type", "setting_group"]]


def _urns(register):
    """The URN that speaks for a UKPRN, which can stand for several: an open one, then the lowest."""
    rows = register.dropna(subset="ukprn").sort_values(["is_open", "urn"], ascending=[False, True])
    return rows.drop_duplicates("ukprn").set_index("ukprn").urn


@cached
def placement_rates(files: Files) -> pd.DataFrame:
    """One row per rate that finance holds: person, provider (URN, or UKPRN where the register has none for it),
    effective_from, effective_to (NaT while it lasts), annual_gbp (place, top-up and therapy)."""
    rows = files.rows("finance__placement_cost").dropna(subset="person")
    urn, ukprn = codes(rows.provider_urn), codes(rows.provider_ukprn)
    return pd.DataFrame(
        {
            "person": rows.person,
            "provider": urn.fillna(ukprn.map(_urns(establishments(files)))).fillna(ukprn),
            "effective_from": days(rows.effective_from),
            "effective_to": days(rows.effective_to),
            "annual_gbp": sum(numbers(rows[f"annual_{part}_gbp"]) for part in ("place", "top_up", "therapy")),
        }
    )
