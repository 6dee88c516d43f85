"""Checking a file before it is sent: the same landing and the same report, in a warehouse that is thrown away."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

import sqlalchemy as sa

from send_data import connections, contracts, landing, supplier_report, warehouse

# Settings that say what is checked, not where the real things are.
KEPT = ("SEND_ROOT", "SEND_LA_CODE")


class CheckError(ValueError):
    """It cannot be told what the files are; the message says what to name."""


def run(files: list[Path], month: str, source: str | None) -> tuple[bool, str]:
    """(whether it would be accepted, the report) on files as one delivery for a month. Raises CheckError."""
    contract = _contract_of(files, source)
    with _throw_away_home():
        folder = Path(os.environ["SEND_DELIVERIES_URL"]) / contract.feed.replace("{month}", month)
        folder.parent.mkdir(parents=True)
        for file in files:
            target = folder.parent / (file.name if "*" in folder.name else folder.name)
            shutil.copy2(file, target)
        # Whatever connection it will come by, here it lies in the folder.
        lies = {contract.file.folder: {"url": os.environ["SEND_DELIVERIES_URL"]}}
        with connections.looked_up_with(lies.get):
            landing.land(month, lambda line: None)
        return _result()


def _contract_of(files, source):
    found = contracts.source_contracts()
    if source is not None:
        if source not in found:
            raise CheckError(f"there is no source {source}; `send sources` lists them")
        return found[source]
    names = {c.feed: PurePosixPath(c.feed).name for c in found.values()}
    exact = {feed for feed, name in names.items() if all(file.name == name for file in files)}
    feeds = exact or {feed for feed, name in names.items() if all(fnmatch(file.name, name) for file in files)}
    candidates = sorted(c.source for c in found.values() if c.feed in feeds)
    if len(feeds) == 1:
        return found[candidates[0]]
    named = ", ".join(candidates) or "none of the sources"
    raise CheckError(f"by its name this may be {named}: say which with --source")


@contextmanager
def _throw_away_home() -> Iterator[None]:
    """A warehouse of its own in a temporary folder, and nothing of the real one in the environment."""
    kept = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="send-check-") as folder:
        for name in [name for name in os.environ if name.startswith("SEND_") and name not in KEPT]:
            del os.environ[name]
        os.environ |= {"SEND_HOME": folder, "SEND_DELIVERIES_URL": f"{folder}/deliveries"}
        try:
            warehouse.start()
            warehouse.prepare()
            yield
        finally:
            warehouse.stop()
            os.environ.clear()
            os.environ.update(kept)


def _result():
    with warehouse.engine().connect() as connection:
        rows = connection.execute(sa.text("select delivery_id, status from ops.delivery order by delivery_id")).all()
    reports = "\n".join(supplier_report.text(row.delivery_id) for row in rows)
    return all(row.status == "accepted" for row in rows), reports
