"""DfE's files as they are downloaded: the cited lines of Bexley, its statistical neighbours, London and England."""

from demo_borough.figures import published


def files():
    """One file for each data set of the releases that are cited: path and bytes."""
    for name, table in tables().items():
        text = "\n".join([table["header"], *table["lines"]]) + "\n"
        yield f"dfe/ees_{table['release']}_{name}.csv", text.encode("utf-8")


def tables() -> dict[str, dict]:
    """{data set: {release, header, lines}}; a release is named as in the files' names: ehcp2025."""
    main = {name: {"release": "ehcp2025", **table} for name, table in published()["dfe_files"].items()}
    return main | published()["dfe_later_files"]
