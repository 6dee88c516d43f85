"""From the marts to the month's edition, paper and dashboard, and to the people who wait for them."""

import logging

import pendulum
from airflow.sdk import Asset, Param, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException
from airflow.timetables.assets import AssetOrTimeSchedule
from airflow.timetables.trigger import CronTriggerTimetable

MARTS_SWAPPED = Asset("send://marts")


@dag(
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("0 10 * * *", timezone="Europe/London"), assets=[MARTS_SWAPPED]
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
def publish_board_paper():
    """Freeze the month as an edition after disclosure control, and write its paper and dashboard.

    **Woken at night?** Nothing that was published has changed: editions are only ever added. Without a finished build
    of the month this DAG says so; run `build_marts` for it first. A month that is approved is left as it is: `freeze`
    is skipped and says so. A message that could not be sent fails nothing: `tell` says it and tries again the next
    time. Ask the SEND performance analyst. Safe to re-run: always; nobody is told twice.
    """

    @task
    def freeze() -> int:
        from send_data import editions, ledger

        params = get_current_context()["params"]
        month = params["month"] or ledger.month_to_publish()
        if month is None:
            raise AirflowSkipException("an edition of the live marts already stands")
        try:
            return editions.freeze(month, params["known_at"] and pendulum.parse(params["known_at"]))
        except editions.ApprovedError as error:
            logging.getLogger(__name__).warning(str(error))
            raise AirflowSkipException(str(error)) from None

    @task
    def write(edition_id: int) -> list[str]:
        from send_data import outputs

        return [str(path) for path in outputs.write(edition_id)]

    @task
    def prove(edition_id: int) -> None:
        from send_data import evidence

        evidence.require(evidence.missing_from_edition(edition_id), "the edition")

    # Runs without a new edition too: whoever could not be told the last time is told now.
    @task(trigger_rule="none_failed")
    def tell() -> list[str]:
        from send_cli import orchestra
        from send_data import connections, notify

        with connections.looked_up_with(orchestra.connection):
            return notify.tell_editions()

    edition_id = freeze()
    written = write(edition_id)
    written >> prove(edition_id) >> tell()


publish_board_paper()
