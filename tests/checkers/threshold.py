"""Which cells of tables ACRO would suppress for having fewer than five rows. Runs in the environment `.checkers`.

Reads from standard input {table: [[group, answer], ...]}, one pair a row; writes {table: [[group, answer], ...]}, one
pair a cell. Cells without a row are none of ours.
"""

import json
import logging
import sys
import warnings

import pandas as pd

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
import acro  # noqa: E402 - it speaks while it is imported

THRESHOLD = 5


def suppressed(rows: list[list[str]]) -> list[list[str]]:
    """The cells of one table with a row, that fail ACRO's threshold."""
    session = acro.ACRO(suppress=True)
    session.config.update(safe_threshold=THRESHOLD, zeros_are_disclosive=False)
    frame = pd.DataFrame(rows, columns=["group", "answer"])
    session.crosstab(frame["group"], frame["answer"])
    (result,) = session.results.results.values()
    counts = pd.crosstab(frame["group"], frame["answer"])
    return [
        [group, answer]
        for group in counts.index
        for answer in counts.columns
        if counts.loc[group, answer] and "MinimumThresholdCheck" in result.outcome.loc[group, answer]
    ]


json.dump({name: suppressed(rows) for name, rows in json.load(sys.stdin).items()}, sys.stdout)
