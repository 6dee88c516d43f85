"""How evenly therapy reaches groups of children."""

import pandas as pd

from send_data import seeds
from tests.second_way import trust
from tests.second_way.files import Files, codes, days, numbers
from tests.second_way.plans import plan_months

DIMENSIONS = ["setting_type", "primary_need", "sex", "ethnicity_group"]


def therapy_equity_gap(files: Files) -> pd.DataFrame:
    """The widest difference of the share provided between two groups of 10 children or more, by dimension and month."""
    found = []
    for month, first, last, passed in _months_known(files):
        hours = _hours(files, month, first, last, passed)
        for dimension in DIMENSIONS:
            groups = hours[hours[dimension] != "unknown"].groupby(dimension)
            totals = groups[["specified", "provided"]].sum().assign(children=groups.person.nunique())
            totals = totals[(totals.children >= 10) & (totals.specified > 0)]
            if len(totals) > 1:
                shares = totals.provided / totals.specified
                found.append((month, dimension, shares.max() - shares.min()))
    return pd.DataFrame(found, columns=["month_start", "dimension", "amount"])


def _months_known(files):
    """(month, first day of its term, last day of the term that has passed, how much of it that is), where the trust has
    sent every month of the term so far."""
    sent = set(trust.submissions(files).delivery_month)
    for term in seeds.rows("reference", "term_dates"):
        first, ends = pd.Timestamp(term["starts_on"]), pd.Timestamp(term["ends_on"])
        # The months of the term in the sense of the borough: September, January and April begin one.
        begins = pd.Timestamp(first.year, {"autumn": 9, "spring": 1, "summer": 4}[term["term"]], 1)
        count = {"autumn": 4, "spring": 3, "summer": 5}[term["term"]]
        for month in pd.date_range(begins, periods=count, freq="MS"):
            last = min(ends, month + pd.offsets.MonthEnd(0))
            needed = set(pd.date_range(first.replace(day=1), last, freq="MS"))
            if month in files.months and needed and needed <= sent:
                yield month, first, last, ((last - first).days + 1) / ((ends - first).days + 1)


def _hours(files, month, first, last, passed):
    """One row per maintained plan and therapy: person, hours specified to date and provided, and the dimensions."""
    rows = plan_months(files)
    rows = rows[rows.month_start == month]
    rows = rows.assign(ethnicity_group=rows.person.map(_ethnicity(files)).fillna("unknown"))
    rows = rows.merge(_specified(files, month + pd.offsets.MonthEnd(0)), on="person")
    rows = rows.merge(_provided(files, first, last), on=["person", "therapy"], how="left")
    return rows.assign(specified=rows.specified * passed, provided=rows.provided.fillna(0))


def _specified(files, day):
    """Hours a term in the lines that hold on a day."""
    rows = files.rows("therapy__section_f").dropna(subset="person")
    rows = rows[(days(rows.valid_from) <= day) & ~(days(rows.valid_to) < day)]
    hours = numbers(rows.sessions_per_term) * numbers(rows.minutes_per_session) / 60
    rows = rows.assign(therapy=codes(rows.therapy), specified=hours)
    return rows.groupby(["person", "therapy"], as_index=False).specified.sum()


def _provided(files, first, last):
    """Hours of attended contacts from one day to another, by the therapy of the team seen."""
    seen = trust.attended(files)
    seen = seen[seen.seen_on.between(first, last)]
    rows = seen.merge(trust.referrals(files), on=["service_request_identifier", "team_local_identifier"])
    return rows.assign(provided=rows.minutes / 60).groupby(["person", "therapy"], as_index=False).provided.sum()


def _ethnicity(files):
    """Ethnic group by person; of two records of a child the code that comes last."""
    groups = {row["code"]: row["ethnicity_group"] for row in seeds.rows("codes", "ethnicity")}
    rows = files.rows("sen2__person").dropna(subset="person")
    return codes(rows.ethnicity).groupby(rows.person).max().map(groups)
