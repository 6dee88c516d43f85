"""ACRO, which checks outputs of trusted research environments, looks at the same rows: what it suppresses, we hide."""

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".checkers" / "bin" / "python"
MONTH = "2026-10"
TABLES = {
    "plans_placed_in_borough": ("age_band", "sex", "primary_need", "setting_type"),
    "reviews_completed_on_time": ("age_band", "sex"),
    "plans_issued_within_20_weeks": ("age_band", "sex", "primary_need"),
}


@pytest.mark.skipif(not PYTHON.exists(), reason=".checkers is not installed: `make test` sets it up")
def test_every_cell_that_acro_suppresses_is_hidden(borough):
    rows, published = _rows(borough), _published(borough)
    done = subprocess.run(
        [PYTHON, ROOT / "tests" / "checkers" / "threshold.py"],
        input=json.dumps(rows), capture_output=True, text=True, check=True,
    )  # fmt: skip
    suppressed = json.loads(done.stdout)
    assert suppressed.keys() == rows.keys()
    found = {(*table.split(":"), group) for table, cells in suppressed.items() for group, _ in cells}
    assert len(found) > 5
    assert found & published == set()


def _rows(borough) -> dict[str, list[list[str]]]:
    """The rows behind each table: whose group, and whether they were counted."""
    tables = {}
    for measure_id, breakdowns in TABLES.items():
        for breakdown in breakdowns:
            found = borough.query(
                f"select coalesce({breakdown}, 'unknown') as name, is_counted from measures.{measure_id} "
                f"where month_start = date '{MONTH}-01'"
            )
            tables[f"{measure_id}:{breakdown}"] = [
                [name, "met" if counted else "missed"] for name, counted in found.itertuples(index=False)
            ]
    return {name: rows for name, rows in tables.items() if rows}


def _published(borough) -> set[tuple[str, str, str]]:
    """The cells that the month's first edition shows."""
    found = borough.query(
        "select measure_id, breakdown, breakdown_value from published.figures where symbol = '' "
        f"and month_start = date '{MONTH}-01' and edition_id = "
        f"(select min(edition_id) from published.editions where month = date '{MONTH}-01')",
        role="board_reader",
    )
    return set(found.itertuples(index=False, name=None))
