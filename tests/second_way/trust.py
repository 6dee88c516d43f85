"""What the trust's submissions say of referrals and contacts, as frames that several areas share."""

import pandas as pd

from send_data import seeds
from tests.second_way.files import Files, codes, days, first_of_month


def submissions(files: Files) -> pd.DataFrame:
    """The submission that counts of each month: delivery_month, unique_submission_id (the one in force last)."""
    rows = files.rows("csds__cyp000").sort_values(["effective_from", "row_number"])
    rows = rows.drop_duplicates("delivery_month", keep="last")
    return rows.assign(unique_submission_id=rows.unique_submission_id.str.strip())[
        ["delivery_month", "unique_submission_id"]
    ]


def newest(files: Files, source: str, key: list[str]) -> pd.DataFrame:
    """The rows of a table in the submissions that count, each thing as it was sent last."""
    rows = files.rows(source)
    if "person" in rows:
        rows = rows.dropna(subset="person")
    rows = rows.assign(
        unique_submission_id=rows.unique_submission_id.str.strip(), **{name: codes(rows[name]) for name in key}
    )
    rows = rows.merge(submissions(files), on=["delivery_month", "unique_submission_id"])
    rows = rows.sort_values(["delivery_month", "effective_from", "row_number"])
    return rows.drop_duplicates(key, keep="last")


def referrals(files: Files) -> pd.DataFrame:
    """Referrals for SLT or OT, one row per referral and team: person, therapy, received_on, left_on (the team closed or
    rejected it), discharged_on, named_in (the newest month that names it)."""
    therapies = {row["code"]: row["therapy"] for row in seeds.rows("codes", "csds_service_type") if row["therapy"]}
    heads = newest(files, "csds__cyp101", ["service_request_identifier"])
    heads = heads.assign(
        received_on=days(heads.referral_received_date),
        discharged_on=days(heads.discharge_date),
        named_in=heads.delivery_month,
    )
    teams = newest(files, "csds__cyp102", ["service_request_identifier", "team_local_identifier"])
    teams = teams.assign(
        therapy=codes(teams.service_type).map(therapies),
        left_on=days(teams.closure_date).fillna(days(teams.rejection_date)),
    ).dropna(subset="therapy")
    columns = ["service_request_identifier", "person", "received_on", "discharged_on", "named_in"]
    return teams[["service_request_identifier", "team_local_identifier", "therapy", "left_on"]].merge(
        heads[columns], on="service_request_identifier"
    )


def attended(files: Files) -> pd.DataFrame:
    """Contacts that the child attended, in time or late: service_request_identifier, team_local_identifier, seen_on,
    minutes."""
    rows = newest(files, "csds__cyp201", ["care_contact_identifier"])
    rows = rows[codes(rows.attendance_status).isin(["5", "6"])]
    return pd.DataFrame(
        {
            "service_request_identifier": codes(rows.service_request_identifier),
            "team_local_identifier": codes(rows.team_local_identifier),
            "seen_on": days(rows.contact_date),
            "minutes": pd.to_numeric(rows.contact_minutes),
        }
    )


def born(files: Files) -> pd.Series:
    """Month of birth of the trust's patients, by person."""
    rows = files.rows("csds__cyp001").dropna(subset="person")
    rows = rows.assign(unique_submission_id=rows.unique_submission_id.str.strip())
    rows = rows.merge(submissions(files), on=["delivery_month", "unique_submission_id"])
    rows = rows.sort_values(["delivery_month", "effective_from", "row_number"]).drop_duplicates("person", keep="last")
    return pd.Series(first_of_month(days(rows.date_of_birth)).to_numpy(), rows.person)
