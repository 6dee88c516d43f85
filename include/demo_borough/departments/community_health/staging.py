"""What the staging models of the trust's submissions must hold."""

from datetime import date

from demo_borough.days import month_end, month_start, months_up_to
from demo_borough.departments.community_health import submission
from demo_borough.departments.community_health.waiting import everybody
from demo_borough.facts import World

FIRST_MONTH = date(2026, 9, 1)
STAGING = (
    "stg_csds__submissions",
    "stg_csds__patients",
    "stg_csds__referrals",
    "stg_csds__services",
    "stg_csds__waits",
    "stg_csds__contacts",
    "stg_csds__activities",
    "stg_csds__needs",
)


def staging(seen: World, month: str) -> dict[str, list[dict]]:
    """The rows of every model: all that was sent since the first month, as it stood when it was last sent."""
    known = everybody(seen)
    referrals = {row.referral_id: row for row in known.referrals if submission.is_open(row, FIRST_MONTH)}
    contacts = [row for row in known.contacts if row.occurred_on >= FIRST_MONTH and row.referral_id in referrals]
    newest = month_start(month)
    last_seen = _last_seen(referrals.values(), newest)
    needs = submission.needs_of(seen)
    rows = (
        [_submission(first) for first in months_up_to(month, 36) if first >= FIRST_MONTH],
        [_patient(known.children[child_id], first) for child_id, first in last_seen.items()],
        [_referral(row, newest) for row in referrals.values()],
        [_service(row) for row in referrals.values()],
        [_wait(row) for row in referrals.values()],
        [_contact(row) for row in contacts],
        [_activity(row, referrals[row.referral_id]) for row in contacts if submission.is_attended(row)],
        [
            {"need_code": need, "last_seen_month": first}
            for child_id, first in last_seen.items()
            for need in needs.get(child_id, ())
        ],
    )
    return dict(zip(STAGING, rows, strict=True))


def _last_seen(referrals, newest):
    """{child: first day of the last month in which a referral of the child was open}."""
    found = {}
    for row in referrals:
        month = _month_of(row, newest)
        found[row.child_id] = max(found.get(row.child_id, month), month)
    return found


def _month_of(row, newest):
    """First day of the last month in which the referral was open."""
    return min(row.discharged_on or newest, newest).replace(day=1)


def _submission(first):
    return {
        "submission_month": first,
        "submission_key": submission.submission_key(f"{first:%Y-%m}"),
        "provider_code": submission.PROVIDER,
        "period_starts_on": first,
        "period_ends_on": month_end(first),
    }


def _patient(child, last_seen):
    return {
        "born_month": child.born_on.replace(day=1),
        "last_seen_month": last_seen,
        "school_urn": None,
        "is_looked_after": False,
    }


def _referral(row, newest):
    return {
        "referral_key": f"SR{row.referral_id:06d}",
        "received_on": row.received_on,
        "priority_code": row.priority,
        "discharged_on": row.discharged_on,
        "last_seen_month": _month_of(row, newest),
    }


def _service(row):
    service, closed_on, why_closed, rejected_on, why_rejected = submission.service_of(row)
    return {
        "referral_key": f"SR{row.referral_id:06d}",
        "team_local_identifier": row.team,
        "service_type_code": service,
        "closed_on": closed_on,
        "closure_reason_code": why_closed or None,
        "rejected_on": rejected_on,
        "rejection_reason_code": why_rejected or None,
    }


def _wait(row):
    return {
        "referral_key": f"SR{row.referral_id:06d}",
        "wait_type_code": submission.WAIT_TYPE,
        "started_on": row.received_on,
        "ended_on": row.wait_ended_on,
        "status_code": submission.status_of(row),
    }


def _contact(row):
    return {
        "contact_key": f"CC{row.contact_id:07d}",
        "referral_key": f"SR{row.referral_id:06d}",
        "team_local_identifier": row.team,
        "contact_on": row.occurred_on,
        "contact_minutes": row.minutes,
        "is_attended": submission.is_attended(row),
    }


def _activity(row, referral):
    return {
        "activity_key": f"CA{row.contact_id:07d}",
        "contact_key": f"CC{row.contact_id:07d}",
        "activity_type_code": submission.activity_of(row, referral),
        "activity_minutes": row.minutes,
    }
