"""What is coming, in words: the published ranges and forecasts as tables that the templates lay out."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from send_data import sentences
from send_data.disclosure import HIDDEN

BASELINE = "baseline"
TOTAL = ("all", "all", "all")
NOT_ALLOCATED = "not allocated"


def coming_page(
    falling_due: Sequence[Mapping],
    falling_due_by_team: Sequence[Mapping],
    forecasts: Sequence[Mapping],
    errors: Sequence[Mapping],
    words: Mapping,
) -> dict | None:
    """The section's tables, every number already words; None for an edition from before there were forecasts."""
    if not forecasts:
        return None
    cells = {_key(row): row for row in forecasts}
    years = sorted({(row["years_ahead"], row["academic_year"]) for row in forecasts})
    return {
        "day": sentences.day_name(forecasts[0]["as_of_on"]).rsplit(" ", 1)[0],
        "bands": list(words["due_bands"].values()),
        "falling_due": falling_due_table(falling_due, "kind", words["due_kinds"], words),
        "falling_due_by_team": falling_due_table(falling_due_by_team, "case_team", teams(falling_due_by_team), words),
        "years": [_year(academic_year) for _, academic_year in years],
        "forecast_columns": list(words["forecasts"].values()),
        "forecasts": [
            {
                "label": _year(academic_year),
                "cells": [_with_interval(cells.get((BASELINE, n, measure, *TOTAL))) for measure in words["forecasts"]],
            }
            for n, academic_year in years
        ],
        "errors": [error_sentence(errors, measure, label) for measure, label in words["forecasts"].items()],
        "last_year": _year(years[-1][1]),
        **scenario_table(cells, years[-1][0], words),
        "details": [
            detail_table(cells, years, title, place, labels)
            for title, place, labels in (
                ("Plans by age at 31 August", "age", {}),
                ("Plans by main need", "primary_need", words["breakdown_values"]["primary_need"]),
            )
        ],
    }


def falling_due_table(rows: Iterable[Mapping], by: str, labels: Mapping[str, str], words: Mapping) -> list[dict]:
    """A row for each label of kinds or of teams, in their order, a cell for each band; not published is none."""
    ranges = {(row[by], row["due_band"]): (row["lower_bound"], row["upper_bound"]) for row in rows}
    return [
        {
            "label": label,
            "cells": [sentences.range_text(*ranges.get((name, band), (0, 0))) for band in words["due_bands"]],
        }
        for name, label in labels.items()
    ]


def teams(rows: Iterable[Mapping]) -> dict[str, str]:
    """{case team: its label}, by name, those without a team last."""
    names = sorted({row["case_team"] for row in rows}, key=lambda name: (name == NOT_ALLOCATED, name))
    return {name: "Not allocated to a team" if name == NOT_ALLOCATED else name for name in names}


def scenario_table(cells: Mapping[tuple, Mapping], years_ahead: int, words: Mapping) -> dict:
    """Scenarios side by side in one year: plans, requests, the places that levers move, and money."""
    labels = {row["scenario"]: row["label"] for row in cells.values()}
    scenarios = sorted(labels, key=lambda scenario: (scenario != BASELINE, scenario))
    settings = words["breakdown_values"]["setting_type"]
    lines = [(label, (measure, *TOTAL)) for measure, label in words["forecasts"].items() if measure != "cost_gbp"]
    lines += [(settings[name], ("places", name, "all", "all")) for name in words["scenario_settings"]]
    lines += [(words["forecasts"]["cost_gbp"], ("cost_gbp", *TOTAL))]
    return {
        "scenarios": [labels[scenario] for scenario in scenarios],
        "scenario_rows": [
            {"label": label, "cells": [_value(cells.get((scenario, years_ahead, *key))) for scenario in scenarios]}
            for label, key in lines
        ],
    }


def detail_table(cells: Mapping, years: Sequence[tuple], title: str, column: str, labels: Mapping) -> dict:
    """Plans of the baseline by age or by need, a column for each year."""
    found = {row[column] for row in cells.values() if row["measure"] == "plans"} - {"all"}
    order = [name for name in labels if name in found]
    order += sorted(found - set(order), key=lambda name: (not name.isdigit(), int(name) if name.isdigit() else 0, name))
    place = {"age": lambda name: ("all", name, "all"), "primary_need": lambda name: ("all", "all", name)}[column]
    return {
        "title": title,
        "rows": [
            {
                "label": labels.get(name, name),
                "cells": [_value(cells.get((BASELINE, n, "plans", *place(name)))) for n, _ in years],
            }
            for name in order
        ],
    }


def error_sentence(errors: Iterable[Mapping], measure: str, label: str) -> str:
    """`EHC plans: 1.1% too high for 2026/27, made one year before; ...`."""
    parts = [
        f"{_miss(row['error_rate'])} for {_year(row['academic_year'])}, made {_years(row['years_ahead'])} before"
        for row in errors
        if row["measure"] == measure and row["error_rate"] is not None
    ]
    return f"{label}: {'; '.join(parts) or 'not yet tried'}."


def _key(row: Mapping) -> tuple:
    return tuple(row[name] for name in ("scenario", "years_ahead", "measure", "setting_type", "age", "primary_need"))


def _value(row: Mapping | None) -> str:
    if row is None:
        return "none"
    if row["symbol"] == HIDDEN:
        return "fewer than 5"
    return _number(row, row["value"])


def _with_interval(row: Mapping | None) -> str:
    if row is None or row["symbol"] == HIDDEN:
        return _value(row)
    return f"{_value(row)} ({_number(row, row['lower_value'])} to {_number(row, row['upper_value'])})"


def _number(row: Mapping, number: Decimal) -> str:
    """A count, or pounds in millions: `£66.3m`."""
    if row["measure"] == "cost_gbp":
        return f"£{number / 1_000_000:.1f}m"
    return sentences.count(number)


def _miss(error_rate: Decimal) -> str:
    tenths = round(abs(error_rate) * 100, 1)
    if not tenths:
        return "right to 0.1%"
    return f"{tenths:.1f}% too {'high' if error_rate > 0 else 'low'}"


def _year(academic_year: str) -> str:
    """`2027 to 28`: a slash is read aloud as one."""
    return academic_year.replace("/", " to ")


def _years(number: int) -> str:
    return "one year" if number == 1 else f"{'two' if number == 2 else number} years"
