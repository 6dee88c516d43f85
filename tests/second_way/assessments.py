"""Needs assessments, from the requests and assessments of the SEN2 extract."""

import pandas as pd

from tests.second_way.children import requests
from tests.second_way.files import Files, first_of_month


def requests_received(files: Files) -> pd.DataFrame:
    """Requests by the month they were received in; historical and transferred ones have no clock."""
    rows = requests(files)
    rows = rows[~rows.is_historical & rows.received_on.notna()]
    return rows.assign(month_start=first_of_month(rows.received_on), counted=True)
