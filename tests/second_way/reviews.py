"""Annual reviews, from the casework system's log of them and the plans of the SEN2 extract."""

import pandas as pd

from tests.second_way.children import age_band, known
from tests.second_way.files import Files, cached, codes, days, first_of_month, flags, numbers
from tests.second_way.plans import groups_on, plan_months, plans

KEEP_THE_PLAN = ["M", "A"]


def reviews_completed_on_time(files: Files) -> pd.DataFrame:
    """Reviews by the month in which they are due: the decision notified by the due day."""
    return _due(files, cycles(files), "decided_on")


def review_meetings_held_on_time(files: Files) -> pd.DataFrame:
    """Reviews by the month in which they are due: the meeting held by the due day."""
    return _due(files, cycles(files), "meeting_on")


def reviews_overdue(files: Files) -> pd.DataFrame:
    """Plans maintained at the month's end whose review was due before that day and has no decision by then."""
    due = cycles(files)[["plan", "begins_on", "due_on", "decided_on", "late_plan_on"]]
    rows = plan_months(files).merge(due, on="plan")
    rows = rows[rows.due_on.lt(rows.on) & ~rows.decided_on.le(rows.on)]
    late, bands = [0, 31, 92, 183, 9999], ["up_to_1_month", "1_to_3_months", "3_to_6_months", "over_6_months"]
    rows["lateness"] = pd.cut((rows.on - rows.due_on).dt.days, late, labels=bands)
    return rows.assign(counted=True)


def late_reviews_with_a_plan(files: Files) -> pd.DataFrame:
    """Reviews overdue at the month's end: a plan to hold the review recorded by then."""
    rows = reviews_overdue(files)
    return rows.assign(counted=rows.late_plan_on.le(rows.on))


def review_decisions_within_4_weeks(files: Files) -> pd.DataFrame:
    """Meetings by the month of their 28th day: the decision sent by then."""
    rows = reviews(files)
    return _due(files, rows.assign(due_on=_day(rows.meeting_on, 28)), "decided_on")


def review_decisions_within_4_weeks_dfe(files: Files) -> pd.DataFrame:
    """Decisions after a meeting by the month they were made in: by day 28, as DfE counts."""
    rows = reviews(files).dropna(subset=["meeting_on", "decided_on"])
    rows = groups_on(files, rows.assign(on=_day(rows.meeting_on, 28)))
    return rows.assign(month_start=first_of_month(rows.decided_on), counted=rows.decided_on.le(rows.on))


def amended_plans_within_12_weeks(files: Files) -> pd.DataFrame:
    """Meetings with a decision to amend by the month of their 84th day: the amended plan issued by then."""
    rows = reviews(files)
    rows = rows[rows.decision.eq("A")]
    return _due(files, rows.assign(due_on=_day(rows.meeting_on, 84)), "final_plan_on")


def amended_plans_within_8_weeks_of_notice(files: Files) -> pd.DataFrame:
    """Amendment notices by the month of their 56th day: the amended plan issued by then."""
    rows = reviews(files)
    return _due(files, rows.assign(due_on=_day(rows.amendment_notice_on, 56)), "final_plan_on")


def phase_transfers_final_by_deadline(files: Files) -> pd.DataFrame:
    """Phase transfers by the month of their deadline (15 February; into post-16 31 March): the plan issued by then."""
    rows = reviews(files).dropna(subset="phase_transfer_due_on")
    day = rows.phase_transfer_due_on
    deadline = pd.DataFrame({"year": day.dt.year + day.dt.month.ge(9), "month": 2, "day": 15})
    deadline.loc[day.dt.month.gt(2), ["month", "day"]] = 3, 31
    return _due(files, rows.assign(due_on=pd.to_datetime(deadline)), "phase_transfer_final_on")


def year_9_reviews_with_adulthood_outcomes(files: Files) -> pd.DataFrame:
    """Meetings of the month for children in Year 9 and above: outcomes for adulthood recorded."""
    rows = reviews(files)
    rows = rows[rows.year_group.ge(9) & rows.meeting_on.notna()]
    return rows.assign(
        month_start=first_of_month(rows.meeting_on),
        counted=rows.has_adulthood_outcomes,
        age_band=age_band(rows.born, rows.meeting_on),
    )


@cached
def reviews(files: Files) -> pd.DataFrame:
    """One row per review of the log with the plan it belongs to: review, the columns of `plans`, year_group, decision,
    has_adulthood_outcomes and the days; what is dated after the month's end has not happened yet.

    A child has one review meeting a day: of two in the log the decided one stands. A review belongs to the plan in
    force on its day: the child's latest that had begun, else the first.
    """
    rows = files.rows("casework__annual_review").dropna(subset="person")
    rows = rows.assign(meeting_on=days(rows.meeting_date), decided_on=days(rows.decision_sent_date))
    rows["is_undecided"] = rows.decided_on.isna()
    rows = rows.sort_values(["is_undecided", "review_id"])
    rows = rows[rows.meeting_on.isna() | ~rows.duplicated(["person", "meeting_on"])]

    found = rows[["person"]].assign(review=rows.review_id, year_group=numbers(rows.year_group))
    found["decision"] = codes(rows.decision).mask(rows.decided_on.gt(files.month_end))
    found["meeting_on"], found["decided_on"] = known(files, rows.meeting_on), known(files, rows.decided_on)
    found["amendment_notice_on"] = known(files, days(rows.amendment_notice_date))
    found["final_plan_on"] = known(files, days(rows.final_plan_date))
    found["phase_transfer_due_on"] = days(rows.phase_transfer_due_date)
    found["phase_transfer_final_on"] = known(files, days(rows.phase_transfer_final_date))
    found["late_plan_on"] = known(files, days(rows.late_plan_recorded_date))
    found["has_adulthood_outcomes"] = flags(rows.adulthood_outcomes)

    speaks_of = rows.meeting_on.fillna(rows.decided_on).fillna(days(rows.notice_sent_date)).fillna(found.late_plan_on)
    found = found.assign(speaks_of=speaks_of).merge(plans(files), on="person")
    has_begun = found.begun_on.le(found.speaks_of)
    found = found.assign(is_to_begin=~has_begun, apart=(found.speaks_of - found.begun_on).abs())
    return found.sort_values(["is_to_begin", "apart", "begun_on"]).drop_duplicates("review")


@cached
def cycles(files: Files) -> pd.DataFrame:
    """One row per review that falls due: the columns of `plans`, begins_on, due_on, and of the review that answers it
    meeting_on, decided_on and late_plan_on.

    It begins with the plan's issue and with each decision that keeps the plan, and is due 12 months later, 6 months
    while the child is under compulsory school age. The start of a plan whose issue is not known moves with amendments:
    after a decision it begins nothing. The first decision after its beginning answers it; while there is none, the
    review that is open.
    """
    decided = reviews(files).query("decision in @KEEP_THE_PLAN").rename(columns={"decided_on": "begins_on"})
    issued = plans(files).assign(begins_on=lambda plan: plan.issued_on.fillna(plan.started_on))
    is_amended = issued.plan.map(decided.groupby("plan").begins_on.min()).lt(issued.begins_on)
    rows = pd.concat([issued[issued.issued_on.notna() | ~is_amended], decided[issued.columns]])
    rows = rows.dropna(subset="begins_on").drop_duplicates(["plan", "begins_on"])
    is_under_5 = rows.begins_on.lt(compulsory_school_age_on(rows.born))
    year, half_year = pd.DateOffset(months=12), pd.DateOffset(months=6)
    rows["due_on"] = (rows.begins_on + year).mask(is_under_5, rows.begins_on + half_year)

    answers = reviews(files)[["plan", "review", "meeting_on", "decided_on", "late_plan_on"]]
    answers = rows[["plan", "begins_on"]].merge(answers, on="plan")
    spoken_on = answers.decided_on.fillna(answers.meeting_on).fillna(files.month_end)
    answers = answers[spoken_on.gt(answers.begins_on)].sort_values(["decided_on", "meeting_on", "review"])
    rows = rows.merge(answers.drop_duplicates(["plan", "begins_on"]), on=["plan", "begins_on"], how="left")
    return rows.assign(meeting_on=rows.meeting_on.where(rows.meeting_on.gt(rows.begins_on)))


def compulsory_school_age_on(born: pd.Series) -> pd.Series:
    """The 31 December, 31 March or 31 August on or after the fifth birthday (Education Act 1996, s.8), from the month
    of birth."""
    month = pd.cut(born.dt.month, [0, 3, 8, 12], labels=[3, 8, 12]).astype(float)
    return pd.to_datetime(pd.DataFrame({"year": born.dt.year + 5, "month": month, "day": 31}), errors="coerce")


def _day(on, count):
    """The day so many days after another."""
    return on + pd.Timedelta(days=count)


def _due(files, rows, done):
    """Rows by the month of their due day: `done` by then. A plan that ceased by that day is out."""
    rows = rows[rows.due_on.notna() & ~rows.ceased_on.le(rows.due_on)]
    rows = groups_on(files, rows.assign(on=rows.due_on))
    return rows.assign(month_start=first_of_month(rows.due_on), counted=rows[done].le(rows.due_on))
