"""Quality of plans and advice, from the quality assurance officer's workbook and the casework system's checklists."""

import pandas as pd

from tests.second_way.children import age_band, people, requests
from tests.second_way.files import Files, codes, days, first_of_month

GOOD = ["Good", "Outstanding"]


def health_advice_of_good_quality(files: Files) -> pd.DataFrame:
    """Audits of health advice by the quarter of the audit; good or outstanding ones count."""
    return _advice(files, "HEALTH")


def social_care_advice_of_good_quality(files: Files) -> pd.DataFrame:
    """The same of social care advice."""
    return _advice(files, "SOCIAL_CARE")


def plans_audited_good_or_outstanding(files: Files) -> pd.DataFrame:
    """Audits of plans by the quarter of the audit; good or outstanding ones count."""
    rows = _plan_audits(files)
    return rows.assign(counted=rows.grade.isin(GOOD))


def plans_that_carry_the_childs_voice(files: Files) -> pd.DataFrame:
    """The same audits; those count where aspirations and voice are both evident, not in part."""
    rows = _plan_audits(files)
    return rows.assign(counted=rows[["aspirations_evident", "voice_evident"]].eq("Yes").all(axis=1))


def plans_through_the_checklist(files: Files) -> pd.DataFrame:
    """New and amended plans by the month of issue; those count that have a checklist of that day or an earlier one.

    An amended plan's checklist names its review. One that names none is the child's of that kind, if it was completed
    since the request or the review meeting.
    """
    lists = files.rows("casework__checklist")
    lists = lists.assign(
        done_on=days(lists.completed_date), plan_kind=codes(lists.kind).str.lower(), review=codes(lists.review_id)
    )
    issued = pd.concat([_new_plans(files), _amended_plans(files)], ignore_index=True)
    issued = issued[issued.issued_on.le(files.month_end)]
    issued["month_start"] = first_of_month(issued.issued_on)
    by_review = lists.dropna(subset="review").groupby("review").done_on.min()
    unnamed = {key: group.done_on for key, group in lists[lists.review.isna()].groupby(["person", "plan_kind"])}

    def is_checked(plan):
        named = by_review.get(plan.review)
        own = unnamed.get((plan.person, plan.plan_kind), pd.Series(dtype="datetime64[ns]"))
        return (named is not None and named <= plan.issued_on) or own.between(plan.begun_on, plan.issued_on).any()

    issued["counted"] = [is_checked(plan) for plan in issued.itertuples()]
    issued = issued.merge(people(files), on="person", how="left")
    issued["age_band"] = age_band(issued.born, issued.issued_on)
    return issued[issued.month_start >= lists.done_on.min()]


def audit_feedback_acted_on(files: Files) -> pd.DataFrame:
    """Audits by the quarter in which the feedback, the last of it, was three months old.

    Those count of which every recipient had an action recorded within the three months.
    """
    feedback = files.rows("quality__audit_feedback")
    feedback["limit"] = days(feedback.given_date) + pd.DateOffset(months=3)
    feedback["in_time"] = days(feedback.action_date).le(feedback.limit)
    feedback["number"] = feedback.audit_reference.str.strip()
    audits = pd.concat([_audits(files, "quality__plan_audit").assign(advice_type="PLAN"),
                        _audits(files, "quality__advice_audit")])  # fmt: skip
    rows = feedback.groupby("number").agg(limit=("limit", "max"), counted=("in_time", "all")).reset_index()
    rows = rows.merge(audits[["number", "advice_type"]], on="number")
    return _by_quarter(rows.rename(columns={"advice_type": "audited"}), rows.limit)


def _advice(files, advice_type):
    rows = _audits(files, "quality__advice_audit")
    rows = rows[rows.advice_type.eq(advice_type)]
    rows = _by_quarter(rows, days(rows.audited_date))
    return rows.assign(counted=rows.grade.isin(GOOD))


def _plan_audits(files):
    rows = _audits(files, "quality__plan_audit").merge(people(files), on="person", how="left")
    rows = rows.assign(age_band=age_band(rows.born, days(rows.audited_date)), plan_kind=rows.plan_kind.str.lower())
    return _by_quarter(rows, days(rows.audited_date))


def _audits(files, source):
    rows = files.rows(source)
    return rows.assign(number=rows.audit_reference.str.strip())


def _by_quarter(rows, on):
    """Rows with the month in which their quarter ends."""
    return rows.assign(month_start=on.dt.to_period("Q").dt.asfreq("M").dt.to_timestamp())


def _new_plans(files):
    """First plans: issued with outcome Y, or begun after a decision not to issue one; not those from elsewhere."""
    rows = requests(files)
    rows = rows.assign(plan_kind="new", begun_on=rows.received_on)
    return rows[["person", "plan_kind", "begun_on", "issued_on"]].dropna(subset="issued_on")


def _amended_plans(files):
    """Plans amended after a review; a child has one review meeting a day."""
    rows = files.rows("casework__annual_review")
    rows = rows.assign(
        review=codes(rows.review_id), met_on=days(rows.meeting_date), decided_on=days(rows.decision_sent_date),
        issued_on=days(rows.final_plan_date),
    )  # fmt: skip
    rows["begun_on"] = rows.met_on.fillna(rows.decided_on)
    with_plan = requests(files).query("has_plan").person
    rows = rows[rows.person.isin(with_plan)].sort_values("review").sort_values("decided_on", key=pd.isna, kind="stable")
    rows = rows[rows.met_on.isna() | ~rows.duplicated(["person", "met_on"])].dropna(subset="issued_on")
    return rows.assign(plan_kind="amended")[["person", "plan_kind", "review", "begun_on", "issued_on"]]
