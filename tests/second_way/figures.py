"""From the rows of a second way to figures, by the kind of the measure: the counterpart of gather_measures.sql."""

import pandas as pd

COLUMNS = ["measure_id", "month_start", "breakdown", "breakdown_value", "numerator", "denominator", "value"]
EVERY_MONTH = list(range(1, 13))


def figures(measure_id: str, about: dict, rows: pd.DataFrame, months: list[pd.Timestamp]) -> pd.DataFrame:
    """Figures for all and for each breakdown that the measure's YAML (`about`) names; COLUMNS.

    A month without rows has no figure, except that counts and sums are then nought in the months they are reported in.
    """
    every_row = rows[rows.month_start.isin(months)]
    rows = _not_beside(every_row, about)
    found = []
    for breakdown in ["all", *about.get("breakdowns", [])]:
        these = every_row if breakdown in about.get("beside", {}) else rows
        values = pd.Series("all", these.index) if breakdown == "all" else these[breakdown].fillna("unknown")
        for (month, value), cell in these.groupby([these.month_start, values]):
            answer = _figure(about, cell)
            if answer is not None:
                found.append((measure_id, month, breakdown, value, *answer))
    if about["kind"] in ("count", "sum") and not about.get("has_denominator"):
        begins, with_rows = pd.Timestamp(about.get("begins", "1900-01-01")), set(rows.month_start.unique())
        empty = [m for m in months if m not in with_rows and m >= begins and m.month in reported_in(about)]
        nought = (0, None, 0) if about["kind"] == "count" else (None, 0, 0)
        found += [(measure_id, month, "all", "all", *nought) for month in empty]
    return pd.DataFrame(found, columns=COLUMNS)


def reported_in(about: dict) -> list[int]:
    """Calendar months in which a measure is reported."""
    return about.get("reported_in") or ([3, 6, 9, 12] if about["cadence"] == "quarterly" else EVERY_MONTH)


def _not_beside(rows, about):
    """Rows less those of the group that is shown for comparison alone."""
    for breakdown, group in about.get("beside", {}).items():
        rows = rows[rows[breakdown] != group]
    return rows


def _figure(about, rows):
    """Numerator, denominator and value of one cell; None where there is nothing to divide by."""
    kind, count = about["kind"], len(rows)
    if kind in ("rate", "count", "median"):
        counted = int(rows.counted.fillna(False).astype(bool).sum())
        if kind == "rate":
            return counted, count, counted / count
        if kind == "median":
            return counted, count, rows.amount.astype(float).median()
        return counted, count if about.get("has_denominator") else None, counted
    amounts = rows.amount.astype(float)
    if kind == "sum":
        return None, count, amounts.sum()
    if kind == "mean":
        return None, count, amounts.mean()
    if kind == "largest":
        return None, None, amounts.max()
    total, base = amounts.sum(), rows.base.astype(float).sum()
    if kind == "outturn":
        return total, base, rows.forecast.astype(float).sum()
    if not base:
        return None
    return total, base, (total - base if kind == "growth" else total) / base
