"""A borough in a home of its own, run by the `send` command as a newcomer would."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

MONTHS = ("2026-09", "2026-10")


@dataclass(frozen=True)
class Borough:
    """A home of its own with a warehouse in it, and the marts as they stood after each month."""

    environment: dict
    marts: dict[str, dict[str, pd.DataFrame]]

    @property
    def home(self) -> Path:
        return Path(self.environment["SEND_HOME"])

    @property
    def editions(self) -> Path:
        return Path(self.environment["SEND_EDITIONS_DIR"])

    def send(self, *arguments: str) -> subprocess.CompletedProcess:
        return send(self.environment, *arguments)

    def query(self, statement: str, role: str = "pipeline") -> pd.DataFrame:
        return query(self.environment, statement, role)


def send(environment: dict, *arguments: str) -> subprocess.CompletedProcess:
    """Run `send` as a person would; its output is shown when a test fails."""
    command = [str(Path(sys.executable).with_name("send")), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900)


def query(environment: dict, statement: str, role: str = "pipeline") -> pd.DataFrame:
    url = sa.make_url(send(environment, "url", "--role", role).stdout.strip()).set(drivername="postgresql+psycopg2")
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        frame = pd.read_sql(sa.text(statement), connection)
    engine.dispose()
    return frame


def home_environment(home: Path) -> dict:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SEND_", "AIRFLOW"))}
    return {**kept, "SEND_HOME": str(home), "SEND_EDITIONS_DIR": str(home / "editions"), "COLUMNS": "160"}
