"""What the SEN2 extract says of children, as frames that several areas share."""

import pandas as pd

from tests.second_way.files import Files, codes, days, first_of_month


def people(files: Files) -> pd.DataFrame:
    """One row per child: person, born (first of the month), sex (M, F or unknown).

    A child that stands in the file twice is one; what one record leaves empty is taken from the other.
    """
    rows = files.rows("sen2__person").dropna(subset="person")
    rows = rows.assign(born=first_of_month(days(rows.person_birth_date)), sex=codes(rows.sex))
    rows["sex"] = rows.sex.where(rows.sex.isin(["M", "F"]))
    return (
        rows.groupby("person", as_index=False).agg(born=("born", "max"), sex=("sex", "max")).fillna({"sex": "unknown"})
    )


def age_at_31_august(born: pd.Series, on: pd.Series) -> pd.Series:
    """Age on the last 31 August up to a day; NaN where a date is missing."""
    august = on.dt.year - ((on.dt.month < 8) | ((on.dt.month == 8) & (on.dt.day < 31))).astype(int)
    return (august - born.dt.year - (born.dt.month > 8).astype(int)).where(born.notna() & on.notna())


def age_band(born: pd.Series, on: pd.Series) -> pd.Series:
    """The bands of the age at 31 August."""
    bins, labels = [-100, 4, 10, 15, 19, 100], ["under_5", "5_10", "11_15", "16_19", "20_25"]
    return pd.cut(age_at_31_august(born, on), bins, labels=labels).astype(object).fillna("unknown")
