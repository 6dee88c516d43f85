"""From the last build to the list of reviews due that every school and college is owed each term."""

import pendulum
from airflow.sdk import Param, dag, get_current_context, task
from airflow.timetables.trigger import CronTriggerTimetable


@dag(
    # Five weeks and more before the spring, summer and autumn terms, while schools are open.
    schedule=CronTriggerTimetable("0 9 1 3,7,12 *", timezone="Europe/London"),
    start_date=pendulum.datetime(2026, 1, 1, tz="Europe/London"),
    catchup=False,
    max_active_runs=1,
    params={
        "month": Param(None, type=["null", "string"], pattern=r"^\d{4}-\d{2}$", description="Empty: of the last build"),
        "term": Param(
            None, type=["null", "string"], pattern=r"^\d{4}-\d{2}-(autumn|spring|summer)$",
            description="As 2026-27-spring; empty: the first that begins after the month",
        ),
    },
    default_args={"retries": 2, "retry_delay": pendulum.duration(seconds=20)},
    tags=["send"],
)  # fmt: skip
def share_review_lists():
    """For each setting a locked workbook of the learners whose annual review falls due in the term.

    **Woken at night?** Nothing was sent that should not be: a list is locked before it is written, and is uploaded only
    to the connection `lists_sftp`, if that is set up. The error says which month or file is wrong and names no child.
    When the last build is of an older month than it should be, run `build_marts` first. Ask the Head of SEND about
    passwords, the data engineers about the rest. Safe to re-run: always; lists of the same term are replaced.
    """

    @task
    def make() -> str:
        from send_data import lists

        params = get_current_context()["params"]
        return lists.make(params["month"], params["term"])

    @task
    def send(term: str) -> int:
        from send_cli import orchestra
        from send_data import connections, lists

        with connections.looked_up_with(orchestra.connection):
            return lists.send(term)

    @task
    def prove(term: str) -> None:
        from send_cli import orchestra
        from send_data import connections, evidence

        with connections.looked_up_with(orchestra.connection):
            evidence.require(evidence.missing_from_lists(term), "that every setting has its list")

    term = make()
    send(term) >> prove(term)


share_review_lists()
