"""Every source, from its owner's file to checked rows in `raw`."""

import pendulum
from airflow.sdk import Asset, Param, dag, get_current_context, task
from airflow.timetables.trigger import CronTriggerTimetable

SOURCES_LANDED = Asset("send://sources")
MONTH = Param(None, type=["null", "string"], pattern=r"^\d{4}-\d{2}$", description="Empty: every month that waits")


@dag(
    schedule=CronTriggerTimetable("0 6 * * *", timezone="Europe/London"),
    start_date=pendulum.datetime(2026, 1, 1, tz="Europe/London"),
    catchup=False,
    max_active_runs=1,
    params={"month": MONTH},
    default_args={"retries": 2, "retry_delay": pendulum.duration(seconds=20)},
    tags=["send"],
)
def land_sources():
    """Fetch each contract's file, keep its bytes, load it as text, check it at the border, and say what came.

    **Woken at night?** A delivery that is refused stops only itself: the last good one stays in use and the paper says
    so. `send sources` shows what came, what was refused, why, and whom to ask. A server that cannot be reached stops
    only its own feeds, and is named with its owner. This DAG fails only when a delivery is not accounted for or a feed
    could not be fetched. Owners are told of what is late, refused or set aside; a message that could not be sent fails
    nothing and is tried again. Safe to re-run: always; the same file twice is a no-op, and nobody is told twice.
    """

    @task
    def fetch() -> int:
        from send_cli import orchestra
        from send_data import connections, landing

        with connections.looked_up_with(orchestra.connection):
            return landing.fetch(_month())

    # What was fetched is landed whether or not everything could be; the last task holds the run to the rest.
    @task(trigger_rule="all_done")
    def load() -> int:
        from send_data import landing

        return landing.load_new()

    @task
    def check() -> int:
        from send_data import landing

        return landing.check_new()

    @task(outlets=[SOURCES_LANDED], trigger_rule="all_done")
    def prove() -> None:
        from send_data import evidence

        evidence.require(evidence.missing_from_landing(), "landing")

    # Beside the proof, not after it: whether the run did well is for the proof alone to say.
    @task(trigger_rule="all_done")
    def tell_owners() -> list[str]:
        from send_cli import orchestra
        from send_data import connections, notify

        with connections.looked_up_with(orchestra.connection):
            return notify.tell_owners()

    fetch() >> load() >> check() >> [prove(), tell_owners()]


def _month() -> str | None:
    return get_current_context()["params"]["month"]


land_sources()
