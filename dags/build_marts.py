"""From checked rows to the marts that BI tools read."""

import pendulum
from airflow.sdk import Asset, Param, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException
from airflow.timetables.assets import AssetOrTimeSchedule
from airflow.timetables.trigger import CronTriggerTimetable

SOURCES_LANDED = Asset("send://sources")
MARTS_SWAPPED = Asset("send://marts")


@dag(
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("0 8 * * *", timezone="Europe/London"), assets=[SOURCES_LANDED]
    ),
    start_date=pendulum.datetime(2026, 1, 1, tz="Europe/London"),
    catchup=False,
    max_active_runs=1,
    params={
        "month": Param(None, type=["null", "string"], pattern=r"^\d{4}-\d{2}$", description="Empty: the ledger says"),
        "known_at": Param(None, type=["null", "string"], format="date-time", description="Empty: the last delivery"),
    },
    default_args={"retries": 2, "retry_delay": pendulum.duration(seconds=20)},
    tags=["send"],
)
def build_marts():
    """Link people, build the marts beside the live ones, check them, and swap them in whole.

    **Woken at night?** Readers still see the last good marts. The failing task names the dbt node or the check; its
    results stand in `ops.model_result` and `ops.check`. Ask the data engineers. Safe to re-run: always.
    """

    @task
    def open_build() -> int:
        from send_data import ledger

        params = get_current_context()["params"]
        month = params["month"] or ledger.month_to_build()
        if month is None:
            raise AirflowSkipException("the live marts already stand on every accepted delivery")
        known_at = params["known_at"] and pendulum.parse(params["known_at"])
        return ledger.open_build(month, known_at).build_id

    @task
    def link_people() -> None:
        from send_data import identity

        identity.link_people()

    @task
    def run_dbt(build_id: int) -> None:
        from send_data import build, ledger

        build.run_dbt(ledger.get_build(build_id))

    @task
    def check_marts(build_id: int) -> None:
        from send_data import build, gate

        gate.check_marts(build.NEXT_SCHEMA, build_id)

    @task(outlets=[MARTS_SWAPPED])
    def swap_in(build_id: int) -> str:
        from send_data import build, evidence, ledger

        evidence.require(evidence.missing_from_build(build_id), "the build")
        return build.promote(ledger.get_build(build_id))

    build_id = open_build()
    build_id >> link_people() >> run_dbt(build_id) >> check_marts(build_id) >> swap_in(build_id)


build_marts()
