"""The catalogue of sources and measures, written from contracts and measure files into `docs/catalogue.md`."""

import calendar
from pathlib import Path

import yaml

from send_data import contracts
from send_data.settings import settings

HEAD = """# Catalogue

Written by `send catalogue` from the contracts and the measures' own files; CI fails when it is stale.
"""
UNITS = {
    "percent": "%",
    "percent_change": "% change",
    "count": "count",
    "gbp": "£",
    "per_100": "per 100",
    "points": "points",
}


def text() -> str:
    """The whole catalogue as Markdown."""
    found = contracts.source_contracts().values()
    return "\n".join([HEAD, *_sources(sorted(found, key=lambda c: c.source)), "", *_measures(), ""])


def path() -> Path:
    """Where the catalogue stands in the repository."""
    return settings().root / "docs" / "catalogue.md"


def _sources(found: list) -> list[str]:
    lines = [
        f"## Sources ({len(found)})",
        "",
        "| source | what it is | owner | comes | file | rules |",
        "|---|---|---|---|---|---|",
    ]
    for c in found:
        comes = _comes(c)
        rows = (f"`{c.source}`", c.title, c.owner, comes, f"`{c.file.path}`", str(len(c.rules)))
        lines.append(f"| {' | '.join(rows)} |")
    return lines


def _comes(contract: contracts.Contract) -> str:
    """When a source is due and by which connection it comes, in words."""
    by = f", from {contract.file.connection}" if contract.file.connection else ""
    if contract.every == "release":
        return f"with each release{by}"
    every = {"month": "monthly", "term": "termly", "year": "yearly"}[contract.every]
    names = "" if contract.every == "month" else f" ({', '.join(calendar.month_abbr[m] for m in contract.months)})"
    return f"{every}{names} by day {contract.by_day}{by}"


def _measures() -> list[str]:
    folder = settings().dbt_dir / "models" / "measures"
    pages = {p.stem: _page(p) for p in sorted(folder.glob("*.yml"))}
    lines = [f"## Measures ({len(pages)})"]
    for priority in sorted({page["priority"] for page in pages.values()}):
        lines += ["", f"### {priority.replace('_', ' ').capitalize()}", ""]
        lines += ["| measure | title | unit | better | target | law | mission | owner |", f"|{'---|' * 8}"]
        lines += [_measure_row(m, page) for m, page in pages.items() if page["priority"] == priority]
    return lines


def _measure_row(measure: str, page: dict) -> str:
    law = page.get("law") or {}
    cells = (
        f"`{measure}`",
        page["title"],
        UNITS.get(page["unit"], page["unit"]),
        page["better"],
        "; ".join(target["label"] for target in page.get("targets") or []),
        law.get("reference", ""),
        ", ".join(page["mission"]),
        page["owner"],
    )
    return f"| {' | '.join(cells)} |"


def _page(file: Path) -> dict:
    return yaml.safe_load(file.read_text())["models"][0]["config"]["meta"]["measure"]
