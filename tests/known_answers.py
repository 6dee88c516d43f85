"""Comparing the marts with the world's own answers: every figure, both ways round."""

import math

import pandas as pd

from send_data import seeds

KEY = ["measure_id", "month_start", "breakdown", "breakdown_value"]


def differences(marts: pd.DataFrame, answers: pd.DataFrame) -> list[str]:
    """Sentences, one for each figure that is missing on a side or not the same; answers set what is compared.

    `marts` is fct_measures, `answers` has KEY, numerator, denominator, value. Counts are equal or they are not; values
    agree to a millionth, since the two sides divide and round in different arithmetic.
    """
    ours = {_key(row): row for row in marts.to_dict("records")}
    theirs = {_key(row): row for row in answers.to_dict("records")}
    compared = {key[:3] for key in theirs}
    found = [f"{_say(key)}: the marts have no figure" for key in theirs if key not in ours]
    found += [f"{_say(key)}: the world has no such figure" for key in ours if key[:3] in compared and key not in theirs]
    for key in theirs.keys() & ours.keys():
        mine, known = ours[key], theirs[key]
        for name, other in (("numerator_count", "numerator"), ("denominator_count", "denominator"), ("value", "value")):
            if not _same(mine[name], known[other]):
                found.append(f"{_say(key)}: {name} {mine[name]} in the marts, {known[other]} in the world")
    return sorted(found)


def without_growth_across_breaks(answers: pd.DataFrame) -> pd.DataFrame:
    """The answers less growth over twelve months in which recording changed, of which the world knows nothing."""
    is_growth = answers.measure_id == "ehc_plan_growth"
    return answers[~is_growth | is_recorded_alike("ehc_plan_growth", answers.month_start)]


def is_recorded_alike(measure_id: str, months: pd.Series) -> pd.Series:
    """For each month: whether a measure records the same as twelve months before, by recording_breaks."""
    months = pd.to_datetime(months)
    is_alike = pd.Series(True, months.index)
    for row in seeds.rows("reference", "recording_breaks"):
        if row["measure_id"] == measure_id:
            first = pd.Timestamp(row["breaks_on"]).replace(day=1)
            is_alike &= (months < first) | (months - pd.DateOffset(months=12) >= first)
    return is_alike


def _key(row: dict) -> tuple:
    return (row["measure_id"], pd.Timestamp(row["month_start"]).date(), row["breakdown"], row["breakdown_value"])


def _say(key: tuple) -> str:
    return f"{key[0]} {key[1]:%Y-%m} {key[2]}={key[3]}"


def _same(a: object, b: object) -> bool:
    if pd.isna(a) or pd.isna(b):
        return bool(pd.isna(a) and pd.isna(b))
    return math.isclose(float(a), float(b), rel_tol=1e-6, abs_tol=1e-6)
