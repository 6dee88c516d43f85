"""The rows of the files that a month's figures rest on, as frames of text."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache, wraps
from pathlib import Path

import pandas as pd

from send_data import contracts
from send_data.readers import OpenFile, read
from tests.borough import Borough

HISTORY_MONTHS = 36
LA_CODE = "303"


@dataclass
class Files:
    """What counts for one reporting month (`YYYY-MM`) in a home: no row that was refused, nothing that came later.

    The bytes kept at landing are read with the pipeline's readers. Which rows were refused, and whose a row is, is
    taken from the warehouse: other tests prove both.
    """

    borough: Borough
    month: str
    _frames: dict = field(default_factory=dict)

    @property
    def months(self) -> list[pd.Timestamp]:
        """First days of the months of the history, the reporting month last."""
        return list(pd.date_range(end=f"{self.month}-01", periods=HISTORY_MONTHS, freq="MS"))

    @property
    def month_end(self) -> pd.Timestamp:
        """Last day of the reporting month."""
        return pd.Timestamp(f"{self.month}-01") + pd.offsets.MonthEnd(0)

    def rows(self, source: str) -> pd.DataFrame:
        """Rows of a source: its columns as text (None where empty), `delivery_id`, `delivery_month` (Timestamp),
        `row_number` and, where the source names children, `person` (None where a row has no key)."""
        if source not in self._frames:
            self._frames[source] = self._read(source)
        return self._frames[source].copy()

    def _read(self, source):
        contract = contracts.source_contracts()[source]
        deliveries = self._in_use(contract)
        parts = [self._delivery(contract, row) for row in deliveries.itertuples()]
        names = [column.name for column in contract.columns]
        rows = (
            pd.concat(parts) if parts else pd.DataFrame(columns=[*names, "delivery_id", "delivery_month", "row_number"])
        )
        key = ["delivery_id", "row_number"]
        refused = self.borough.query(f"select distinct delivery_id, row_number from quarantine.{source}")
        rows = rows.merge(refused.assign(is_refused=True), on=key, how="left")
        rows = rows[rows.is_refused.isna()].drop(columns="is_refused")
        if contract.person:
            people = self.borough.query(
                "select delivery_id, row_number, cast(person_key as text) as person from identity.source_record"
                f" where source = '{source}'"
            )
            rows = rows.merge(people, on=key, how="left")
        return rows.reset_index(drop=True)

    def _in_use(self, contract):
        """The deliveries that count: of a running list the newest, else the newest of each month."""
        found = self.borough.query(
            "select d.delivery_id, d.month, d.received_at, d.file_name, d.landed_path from ops.delivery as d"
            f" inner join ops.load as l on d.delivery_id = l.delivery_id and l.source = '{contract.source}'"
            " where d.status = 'accepted'"
        )
        found = found[pd.to_datetime(found.month) <= pd.Timestamp(f"{self.month}-01")]
        known_at = self.borough.query(
            f"select max(known_at) as known_at from ops.build where month = '{self.month}-01' and status <> 'failed'"
        ).known_at[0]
        found = found[pd.to_datetime(found.received_at, utc=True) <= known_at]
        found = found.sort_values(["month", "received_at", "delivery_id"])
        if contract.file.delivers == "the_month":
            return found.drop_duplicates("month", keep="last")
        return found.tail(1)

    def _delivery(self, contract, delivery):
        landing = Path(self.borough.environment["SEND_HOME"]) / "landing"
        rows = _read_delivery(landing, delivery.file_name, delivery.landed_path, contract.feed).get(contract.source, [])
        frame = pd.DataFrame(rows, columns=[column.name for column in contract.columns], dtype=object)
        return frame.assign(
            delivery_id=delivery.delivery_id,
            delivery_month=pd.Timestamp(delivery.month),
            row_number=range(1, len(frame) + 1),
        )


def cached(make: Callable[[Files], pd.DataFrame]) -> Callable[[Files], pd.DataFrame]:
    """A frame that several second ways rest on, made once for the files of a month; each caller has its own copy."""

    @wraps(make)
    def made(files):
        name = f"{make.__module__}.{make.__name__}"
        if name not in files._frames:
            files._frames[name] = make(files)
        return files._frames[name].copy()

    return made


@cache
def _read_delivery(landing: Path, file_name: str, landed_path: str, feed: str) -> dict[str, list[tuple]]:
    """{source: its rows} of one delivery."""
    files = [(file_name, landed_path)]
    if file_name.endswith(" files)"):
        lines = (line.split(" ", 1) for line in (landing / landed_path).read_text().splitlines())
        files = [(name, f"{sha256[:2]}/{sha256}") for sha256, name in lines]
    tables = contracts.by_feed(contracts.source_contracts())[feed]
    found: dict[str, list[tuple]] = {}
    streams = [OpenFile(name, (landing / path).open("rb")) for name, path in files]
    try:
        for source, row in read(streams, tables, LA_CODE):
            found.setdefault(source, []).append(row)
    finally:
        for file in streams:
            file.stream.close()
    return found


def month_ends(files: Files, months_before: int = 0) -> pd.DataFrame:
    """The months of the history, and some before it: month_start and on, the last day."""
    months = pd.date_range(end=files.months[-1], periods=HISTORY_MONTHS + months_before, freq="MS")
    return pd.DataFrame({"month_start": months, "on": months + pd.offsets.MonthEnd(0)})


def days(texts: pd.Series) -> pd.Series:
    """Dates, written as 2026-10-31 or 31/10/2026 (a time of day after it is left off); NaT where empty."""
    plain = texts.astype("string").str.strip().str[:10]
    iso = pd.to_datetime(plain.where(plain.str.match(r"\d{4}-")), format="%Y-%m-%d", errors="coerce")
    return iso.fillna(pd.to_datetime(plain.where(~plain.str.match(r"\d{4}-")), format="%d/%m/%Y", errors="coerce"))


def codes(texts: pd.Series) -> pd.Series:
    """Codes as they are compared: without blanks around them, in capitals; None where empty."""
    plain = texts.astype("string").str.strip().str.upper()
    return plain.where(plain != "").astype(object).where(plain.notna() & (plain != ""), None)


def numbers(texts: pd.Series) -> pd.Series:
    """Numbers; NaN where empty."""
    return pd.to_numeric(texts.astype("string").str.strip())


def flags(texts: pd.Series) -> pd.Series:
    """Whether a yes, true, 1 or Y stands there."""
    return texts.astype("string").str.strip().str.lower().isin(["1", "y", "yes", "true", "t"])


def first_of_month(day: pd.Series) -> pd.Series:
    """First day of the month of each day."""
    return day.dt.to_period("M").dt.to_timestamp()


def first_of(day: date | pd.Timestamp) -> pd.Timestamp:
    """First day of the month of a day."""
    return pd.Timestamp(day).replace(day=1)
