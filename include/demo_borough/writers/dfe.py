"""DfE's files on EHC plans as they are downloaded, with the cited lines of Bexley, London and England."""

from demo_borough.figures import published


def files():
    """One file for each data set of the 2025 release: path and bytes."""
    for name, table in published()["dfe_files"].items():
        text = "\n".join([table["header"], *table["lines"]]) + "\n"
        yield f"dfe/ees_ehcp2025_{name}.csv", text.encode("utf-8")
