"""Therapy provided against therapy specified, from Section F of plans and the trust's contacts (CSDS)."""

import pandas as pd

from send_data.settings import ROOT
from tests.second_way.files import Files, cached, codes, days, first_of, month_ends, numbers
from tests.second_way.plans import plan_months

SEEDS = ROOT / "dbt_project" / "seeds"
ATTENDED = ["5", "6"]


def therapy_provided(files: Files) -> pd.DataFrame:
    """Hours provided since term began against hours specified for the part of the term that has passed."""
    rows = therapy_months(files)
    return rows.assign(
        amount=rows.provided_minutes / 60,
        base=rows.term_minutes * rows.days_passed / rows.term_days / 60,
    )


def plans_with_a_therapy_gap(files: Files) -> pd.DataFrame:
    """Plans with a therapy specified: less than 80% of one of them provided."""
    rows = therapy_months(files)
    provided, specified = rows.provided_minutes * rows.term_days, rows.term_minutes * rows.days_passed
    rows["counted"] = provided * 100 < specified * 80
    return rows.sort_values("counted", ascending=False).drop_duplicates(["plan", "month_start"])


@cached
def therapy_months(files: Files) -> pd.DataFrame:
    """One row per plan maintained at a month's end and therapy specified on that day: the columns of `plan_months`,
    therapy, term_minutes specified for the whole term, provided_minutes since it began, days_passed of term_days.

    Only months of whose term the trust has sent every month so far: a hole is not a gap in therapy.
    """
    terms = term_months(files)
    specified = _specified(files).merge(terms, how="cross")
    specified = specified[specified.valid_from.le(specified.on) & ~specified.valid_to.lt(specified.on)]
    therapy_of_month = ["person", "therapy", "month_start"]
    specified = specified.groupby(therapy_of_month, as_index=False).term_minutes.sum()

    provided = contacts(files).merge(terms, how="cross")
    provided = provided[provided.contact_on.between(provided.starts_on, provided.counted_to)]
    provided = provided.groupby(therapy_of_month, as_index=False).agg(provided_minutes=("minutes", "sum"))

    rows = plan_months(files).merge(specified, on=["person", "month_start"])
    rows = rows.merge(provided, on=therapy_of_month, how="left").fillna({"provided_minutes": 0})
    return rows.merge(terms.drop(columns="on"), on="month_start")


def term_months(files: Files) -> pd.DataFrame:
    """The months whose term the trust has sent so far: month_start, on, starts_on, counted_to (the month's end, or the
    term's if that comes first), days_passed, term_days."""
    months = month_ends(files)
    first_years = months.on.dt.year - months.on.dt.month.lt(9)
    months["academic_year"] = [f"{year}/{(year + 1) % 100:02d}" for year in first_years]
    months["term"] = pd.cut(months.on.dt.month, [0, 3, 8, 12], labels=["spring", "summer", "autumn"]).astype(str)
    terms = pd.read_csv(SEEDS / "reference" / "term_dates.csv", parse_dates=["starts_on", "ends_on"])
    rows = months.merge(terms, on=["academic_year", "term"])
    rows["counted_to"] = rows[["on", "ends_on"]].min(axis=1)
    rows["days_passed"] = (rows.counted_to - rows.starts_on).dt.days + 1
    rows["term_days"] = (rows.ends_on - rows.starts_on).dt.days + 1
    sent = set(files.rows("csds__cyp000").delivery_month)
    spans = zip(rows.starts_on, rows.counted_to, strict=True)
    is_sent = [sent.issuperset(pd.date_range(first_of(first), last, freq="MS")) for first, last in spans]
    return rows[is_sent].drop(columns=["academic_year", "term", "ends_on"])


def contacts(files: Files) -> pd.DataFrame:
    """Contacts that a child attended with a team of a therapy: person, therapy, contact_on, minutes."""
    rows = _submitted_last(files, "csds__cyp201", "care_contact_identifier")
    rows = rows[codes(rows.attendance_status).isin(ATTENDED)]
    referrals = _submitted_last(files, "csds__cyp101", "service_request_identifier").dropna(subset="person")
    team = ["service_request_identifier", "team_local_identifier"]
    services = _submitted_last(files, "csds__cyp102", *team).dropna(subset=team)
    types = pd.read_csv(SEEDS / "codes" / "csds_service_type.csv", dtype=str).dropna(subset="therapy")
    services["therapy"] = codes(services.service_type).map(types.set_index("code").therapy)
    rows = rows.merge(referrals[["service_request_identifier", "person"]], on="service_request_identifier")
    rows = rows.merge(services[[*team, "therapy"]].dropna(), on=team)
    return pd.DataFrame(
        {
            "person": rows.person,
            "therapy": rows.therapy,
            "contact_on": days(rows.contact_date),
            "minutes": numbers(rows.contact_minutes),
        }
    )


def _specified(files):
    """Rows of Section F: person, therapy, term_minutes, valid_from, valid_to (NaT while it lasts)."""
    rows = files.rows("therapy__section_f").dropna(subset="person")
    return pd.DataFrame(
        {
            "person": rows.person,
            "therapy": codes(rows.therapy),
            "term_minutes": numbers(rows.sessions_per_term) * numbers(rows.minutes_per_session),
            "valid_from": days(rows.valid_from),
            "valid_to": days(rows.valid_to),
        }
    )


def _submitted_last(files, source, *key):
    """Of each key the version that came into force last in the active submission of the newest month that sent it.

    A month may be submitted again: the submission that came into force last is the active one.
    """
    newest_last = ["delivery_month", "effective_from", "row_number"]
    active = files.rows("csds__cyp000").sort_values(newest_last).drop_duplicates("delivery_month", keep="last")
    active = active[["delivery_month", "unique_submission_id"]]
    rows = files.rows(source).merge(active, on=["delivery_month", "unique_submission_id"])
    return rows.sort_values(newest_last).drop_duplicates(list(key), keep="last")
