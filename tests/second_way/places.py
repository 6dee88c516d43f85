"""Places commissioned and filled, alternative provision, outreach and early support."""

import pandas as pd

from tests.second_way.census import on_roll, term_end
from tests.second_way.children import requests
from tests.second_way.files import Files, codes, days, flags, numbers
from tests.second_way.schools import STATE_MAINSTREAM, schools

CENSUS_MONTHS = [1, 5, 10]


def specialist_places_filled(files: Files) -> pd.DataFrame:
    """Pupils of special schools, units and provisions, against the places in force on census day."""
    pupils = on_roll(files)
    pupils["place_type"] = pd.Series("RESOURCED", pupils.index).where(pupils.is_in_provision)
    pupils["place_type"] = pupils.place_type.mask(pupils.is_in_unit, "UNIT")
    pupils["place_type"] = pupils.place_type.mask(pupils.school_phase == "special", "SPECIAL")
    found = []
    for (month, day), roll in pupils.groupby(["delivery_month", "census_on"]):
        filled = roll.groupby(["urn", "place_type"]).size()
        for place in _places(files, ["SPECIAL", "UNIT", "RESOURCED"], day).itertuples():
            learners = filled.get((place.urn, place.place_type), 0)
            found.append((month, learners, place.base, place.place_type, place.school))
    return pd.DataFrame(found, columns=["month_start", "amount", "base", "place_type", "school"])


def alternative_provision_places(files: Files) -> pd.DataFrame:
    """Learners at each provider with commissioned places, once the list of learners has begun."""
    learners = learners_in_alternative_provision(files)
    began = days(files.rows("places__alternative_provision").start_date).min()
    found = []
    for month in files.months:
        end = month + pd.offsets.MonthEnd(0)
        if month.month in CENSUS_MONTHS and end >= began:
            there = learners[learners.month_start == month].provider_urn.value_counts()
            for place in _places(files, ["AP"], end).itertuples():
                found.append((month, there.get(place.urn, 0), place.base, place.school))
    return pd.DataFrame(found, columns=["month_start", "amount", "base", "school"])


def learners_in_alternative_provision(files: Files) -> pd.DataFrame:
    """Everybody placed on the last day of a census' month, by the placement that began last."""
    rows = files.rows("places__alternative_provision").dropna(subset="person")
    rows["began"], rows["ended"] = days(rows.start_date), days(rows.end_date)
    rows["provider_urn"], rows["ap_reason"] = rows.provider_urn.str.strip(), codes(rows.reason)
    rows["sessions"] = numbers(rows.sessions_a_week)
    rows = rows.sort_values(["began", "sessions"])
    parts = [pd.DataFrame(columns=[*rows.columns, "month_start"])]
    for month in files.months:
        end = month + pd.offsets.MonthEnd(0)
        if month.month in CENSUS_MONTHS:
            there = rows[(rows.began <= end) & ~(rows.ended < end)].drop_duplicates("person", keep="last")
            parts.append(there.assign(month_start=month))
    return pd.concat(parts).assign(counted=True)


def outreach_schools_supported(files: Files) -> pd.DataFrame:
    """Every mainstream school that was open when a term of visits ended, and whether one of them went there."""
    visits, places = _visits(files), schools(files)
    places = places[(places.la == "303") & places.kind.isin(STATE_MAINSTREAM)]
    parts = []
    for month, of_term in visits.groupby("month_start"):
        end = month + pd.offsets.MonthEnd(0)
        there = places[~(places.opened_on > end) & ~(places.closed_on <= end)]
        parts.append(there.assign(month_start=month, counted=there.urn.isin(of_term.school_urn)))
    return pd.concat(parts)


def outreach_learners_supported(files: Files) -> pd.DataFrame:
    """Learners by term, each once."""
    rows = files.rows("early_support__outreach_learner").dropna(subset="person")
    rows["visit_id"] = rows.visit_id.str.strip()
    rows = rows.merge(_visits(files)[["visit_id", "month_start"]], on="visit_id")
    return rows.drop_duplicates(["month_start", "person"]).assign(counted=True)


def early_support_before_a_plan(files: Files) -> pd.DataFrame:
    """Each child's first intervention at SEN support, a year on: had anybody asked for an assessment by then?"""
    rows = files.rows("early_support__intervention").dropna(subset="person")
    rows = rows[flags(rows.sen_support)]
    rows["began"] = days(rows.start_date)
    rows = rows.sort_values(["began", "intervention_id"]).drop_duplicates("person").reset_index(drop=True)
    rows["a_year_on"] = rows.began + pd.DateOffset(years=1)
    asked = requests(files)
    asked = asked[~asked.is_historical & asked.received_on.le(files.month_end)][["person", "received_on"]]
    pairs = rows[["person", "began", "a_year_on"]].merge(asked, on="person")
    went_on = pairs[pairs.received_on.between(pairs.began, pairs.a_year_on)].person
    return rows.assign(
        month_start=term_end(rows.a_year_on),
        counted=~rows.person.isin(went_on),
        intervention_phase=codes(rows.phase),
        intervention_kind=codes(rows.kind),
    )


def _places(files, kinds, day):
    """Places of some kinds in force on a day: urn, place_type, base, school."""
    rows = files.rows("places__commissioned")
    rows["urn"], rows["place_type"], rows["base"] = rows.urn.str.strip(), codes(rows.place_type), numbers(rows.places)
    rows = rows[rows.place_type.isin(kinds) & (days(rows.period_start) <= day) & (day <= days(rows.period_end))]
    rows = rows.merge(schools(files)[["urn", "school"]], on="urn", how="left")
    return rows.assign(school=rows.school.fillna(rows.urn))


def _visits(files):
    """Visits of outreach by the term they were in; a later log corrects an earlier one."""
    rows = files.rows("early_support__outreach_visit")
    rows["visit_id"], rows["school_urn"] = rows.visit_id.str.strip(), rows.school_urn.str.strip()
    rows = rows.sort_values(["delivery_month", "delivery_id"]).drop_duplicates("visit_id", keep="last")
    return rows.assign(month_start=term_end(days(rows.visit_date)))
