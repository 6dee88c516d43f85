"""The register of establishments, as several areas need it."""

import pandas as pd

from tests.second_way.files import Files, days, numbers

SPECIAL, ALTERNATIVE = ["07", "08", "10", "12", "33", "36", "44"], ["14", "38", "42", "43"]
STATE_MAINSTREAM = ["01", "02", "03", "05", "06", "15", "28", "34", "35", "40", "41"]
PHASES = {1: "nursery", 2: "primary", 3: "primary", 4: "secondary", 5: "secondary", 6: "post_16", 7: "all_through"}


def schools(files: Files) -> pd.DataFrame:
    """One row per URN: urn, school (name and URN), la, number (of authority and school together), kind (two digits),
    school_phase, opened_on, closed_on; of schools of one number the open one, then the newest, first."""
    rows = files.rows("gias__establishment")
    rows["urn"], rows["la"] = rows.urn.str.strip(), rows.la_code.str.strip().str.zfill(3)
    rows["school"] = rows.establishment_name.str.strip() + " (" + rows.urn + ")"
    rows["number"] = rows.la + rows.establishment_number.str.strip()
    rows["kind"] = rows.type_code.str.strip().str.zfill(2)
    phase = numbers(rows.phase_code).map(PHASES).fillna("unknown")
    phase = phase.mask(rows.kind.isin(SPECIAL), "special").mask(rows.kind.isin(ALTERNATIVE), "alternative_provision")
    rows["opened_on"], rows["closed_on"] = (
        days(rows[name].str.replace(r"^(\d\d)-(\d\d)-", r"\1/\2/", regex=True)) for name in ("open_date", "close_date")
    )
    rows = rows.assign(school_phase=phase, is_closed=rows.status_code.str.strip() != "1")
    return rows.sort_values(["is_closed", "opened_on"], ascending=[True, False])
