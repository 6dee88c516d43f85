"""Waits for therapy and for the assessments of the neurodevelopmental pathways."""

import pandas as pd

from tests.second_way import trust
from tests.second_way.children import age_band
from tests.second_way.files import Files, codes, days, first_of_month

NEVER = pd.Timestamp("2100-01-01")
LISTED_SINCE = pd.Timestamp("2024-11-01")


def therapy_waits_over_18_weeks(files: Files) -> pd.DataFrame:
    """Children waiting for a therapy at the end of each month that the trust has sent; counted from day 127."""
    waits = _therapy_waits(files)
    born = trust.born(files)
    found = []
    for month in trust.submissions(files).delivery_month:
        end = month + pd.offsets.MonthEnd(0)
        open_ones = waits[(waits.received_on <= end) & (waits.ended_on > end) & (waits.named_in >= month)]
        since = open_ones.groupby(["person", "therapy"], as_index=False).received_on.min()
        waited = (end - since.received_on).dt.days
        ages = age_band(since.person.map(born), pd.Series(end, since.index))
        found.append(since.assign(month_start=month, counted=waited >= 127, age_band=ages))
    return pd.concat(found)


def _therapy_waits(files):
    """One row per referral and therapy: person, received_on, ended_on (NEVER while it lasts), named_in."""
    teams = trust.referrals(files)
    key = ["service_request_identifier", "therapy"]
    seen = teams.merge(trust.attended(files), on=["service_request_identifier", "team_local_identifier"])
    seen_on = seen.groupby(key).seen_on.min()
    periods = _treated_on(files)
    left_on = teams.assign(left_on=teams.left_on.fillna(NEVER)).groupby(key).left_on.max()
    waits = teams.drop_duplicates(key).set_index(key)
    ends = pd.DataFrame(
        {
            "seen": seen_on.reindex(waits.index),
            "treated": periods.reindex(waits.index.get_level_values(0)).to_numpy(),
            "left": left_on.reindex(waits.index),
            "discharged": waits.discharged_on,
        }
    )
    return waits.assign(ended_on=ends.min(axis=1).fillna(NEVER)).reset_index()


def _treated_on(files):
    """First end of a period to first treatment (allied health professionals), by referral."""
    key = ["service_request_identifier", "waiting_time_measurement_type", "rtt_start_date"]
    rows = trust.newest(files, "csds__cyp104", key)
    rows = rows[rows.waiting_time_measurement_type == "02"]
    return days(rows.rtt_end_date).groupby(rows.service_request_identifier).min()


def specialist_assessment_wait(files: Files) -> pd.DataFrame:
    """Children waiting for an assessment to begin, in months a year and more after the list began; weeks waited."""
    rows = files.rows("pathways__referral").dropna(subset="person")
    steps = pd.DataFrame(
        {name: days(rows[name]) for name in ("assessment_start_date", "decision_date", "discharge_date")}
    )
    rows = rows.assign(
        referred_on=days(rows.referral_date),
        waited_until=steps.min(axis=1).fillna(NEVER),
        pathway=codes(rows.pathway),
        born=first_of_month(days(rows.date_of_birth)),
    )
    found = []
    for month in files.months:
        end = month + pd.offsets.MonthEnd(0)
        if (end - LISTED_SINCE).days <= 364:
            continue
        waiting = rows[(rows.referred_on <= end) & (rows.waited_until > end)]
        waiting = waiting.sort_values("referred_on").drop_duplicates(["person", "pathway"])
        waited = (end - waiting.referred_on).dt.days
        ages = age_band(waiting.born, pd.Series(end, waiting.index))
        found.append(waiting.assign(month_start=month, amount=waited / 7, counted=waited >= 365, age_band=ages))
    return pd.concat(found)
