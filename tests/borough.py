"""A borough in a home of its own, run by the `send` command as a newcomer would."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from demo_borough.departments import DEPARTMENTS

MONTHS = ("2026-09", "2026-10")


@dataclass(frozen=True)
class Borough:
    """A home of its own with a warehouse in it; marts and departments' staging models as each month left them."""

    environment: dict
    marts: dict[str, dict[str, pd.DataFrame]]
    staging: dict[str, dict[str, pd.DataFrame]]

    @property
    def home(self) -> Path:
        return Path(self.environment["SEND_HOME"])

    @property
    def editions(self) -> Path:
        return Path(self.environment["SEND_EDITIONS_DIR"])

    def send(self, *arguments: str) -> subprocess.CompletedProcess:
        return send(self.environment, *arguments)

    def run(self, code: str) -> str:
        """What a line of Python prints in this home."""
        command = [sys.executable, "-c", code]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True).stdout

    def execute(self, statement: str) -> None:
        with engine_of(self.environment["SEND_HOME"], "pipeline").begin() as connection:
            assert connection.exec_driver_sql(statement).rowcount > 0

    def query(self, statement: str, role: str = "pipeline") -> pd.DataFrame:
        return query(self.environment, statement, role)


def send(environment: dict, *arguments: str) -> subprocess.CompletedProcess:
    """Run `send` as a person would; its output is shown when a test fails."""
    command = [str(Path(sys.executable).with_name("send")), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900)


def query(environment: dict, statement: str, role: str = "pipeline") -> pd.DataFrame:
    with engine_of(environment["SEND_HOME"], role).connect() as connection:
        return pd.read_sql(sa.text(statement), connection)


@cache
def engine_of(home: str, role: str) -> sa.Engine:
    """An engine on the warehouse of a home, by the address that `send url` gives a person."""
    url = sa.make_url(send({**os.environ, "SEND_HOME": home}, "url", "--role", role).stdout.strip())
    return sa.create_engine(url.set(drivername="postgresql+psycopg2"), poolclass=sa.NullPool)


def home_environment(home: Path) -> dict:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SEND_", "AIRFLOW"))}
    return {**kept, "SEND_HOME": str(home), "SEND_EDITIONS_DIR": str(home / "editions"), "COLUMNS": "160"}


def run_months(home: Path, *options: str) -> Iterator[Borough]:
    """Run the demonstration month by month, keeping the tables as each month left them; stop everything afterwards."""
    environment, marts, staging = home_environment(home), {}, {}
    for month in MONTHS:
        done = send(environment, "demo", *options, "--months", month)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]
        marts[month] = {
            table: query(environment, f"select * from marts.{table}") for table in ("fct_measures", "fct_repatriations")
        }
        staging[month] = {
            model: query(environment, f"select * from staging.{model}")
            for department in DEPARTMENTS.values()
            for model in department.STAGING
        }
    yield Borough(environment, marts, staging)
    send(environment, "down")
