"""Inspection lists: Annex A of the area SEND handbook, list 1 (EHC plans) and list 2 (SEN support), for any day.

Columns, codes and what each says are data (`annex_a.yml`), by version. Made as list_maker into one locked workbook in
the outbox; what no source gives stays empty, and the sheet of notes says so.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import sqlalchemy as sa
import yaml

from send_data import lists, locked_workbook, outbox, warehouse
from send_data.locked_workbook import Sheet, Value
from send_data.outbox import Log, Package
from send_data.sentences import day_name
from send_data.settings import settings

LIST = "annex_a"
FOLDER = "inspection"
DEFINITIONS = Path(__file__).with_suffix(".yml")


class AnnexAError(ValueError):
    """The lists cannot be made for that day; the message says why."""


def make(on: date) -> str:
    """Make the lists as they stood on a day; returns the workbook's path in the outbox. Another day's is taken away.

    Raises AnnexAError for a day outside the months that the last build tells of, or before every definition.
    """
    definition = definition_on(on)
    with outbox.as_list_maker() as connection:
        standing = lists.standing_month(connection)
        _refuse_unknown_day(on, standing)
        log = Log(connection, LIST, on.isoformat(), standing)
        log.add("read")
        values = {"la": settings().la_code, "on": on}
        found = {
            wanted["name"]: connection.execute(sa.text(f"select * from lists.{wanted['rows']}(:la, :on)"), values).all()
            for wanted in definition["lists"]
        }
        connection.commit()
        package = _package(on, definition, found)
        outbox.put(FOLDER, [package], log)
    return package.path


def definition_on(on: date) -> dict:
    """The version of the lists' definition in force on a day. Raises AnnexAError when there was none yet."""
    known = [version for version in _definitions() if version["in_force_from"] <= on]
    if not known:
        raise AnnexAError(f"the lists have no definition for {on}: the first is in force from later on")
    return max(known, key=lambda version: version["in_force_from"])


def cells(columns: list[str], row: Mapping, codes: Mapping) -> list[Value]:
    """What stands in the columns for one row of `lists.annex_a_*`, coded as the definition says."""
    return [_CELLS[name](row, codes) if name in _CELLS else row[name] for name in columns]


@cache
def _definitions():
    return yaml.safe_load(DEFINITIONS.read_text())["versions"]


def _refuse_unknown_day(on, standing):
    """Of days after the month nothing is known; of days before the history little."""
    with warehouse.engine().connect() as connection:
        months = connection.execute(sa.text("select min(month_start), max(month_end) from intermediate.int_months"))
        first, last = months.one()
    if not first <= on <= last:
        raise AnnexAError(f"{standing:%Y-%m} was built last: it tells of days from {first} to {last}, not of {on}")


def _package(on, definition, found):
    sheets = [_sheet(on, definition, wanted, found[wanted["name"]]) for wanted in definition["lists"]]
    path = f"{FOLDER}/annex-a-{on}.xlsx"
    word = outbox.passwords([LIST])[LIST]
    content = locked_workbook.locked([*sheets, _notes(on, definition, found)], word)
    return Package(LIST, path, sum(map(len, found.values())), content)


def _sheet(on, definition, wanted, rows):
    """A list as it is asked for: titles in the first line, nothing above them."""
    titles = [definition["columns"][name]["title"] for name in wanted["columns"]]
    values = [cells(wanted["columns"], row._mapping, definition["codes"]) for row in rows]
    return Sheet(wanted["name"], (), titles, values, f"Nobody on {on}.")


def _notes(on, definition, found):
    lines = [f"Annex A lists as at {day_name(on)}", *lists.notice(),
             f"Definition {definition['version']}: {definition['source']}."]  # fmt: skip
    lines += [f"{wanted['title']}: {len(found[wanted['name']])} rows." for wanted in definition["lists"]]
    titles = ("Column", "What stands in it", *(f"Empty in {wanted['name']}" for wanted in definition["lists"]))
    return Sheet("Notes", lines, titles, _notes_on_columns(definition, found))


def _notes_on_columns(definition, found):
    """Each column in words, and how many rows of each list have nothing in it."""
    notes = []
    for name, column in definition["columns"].items():
        empty = [_empty(name, wanted, found[wanted["name"]], definition["codes"]) for wanted in definition["lists"]]
        notes.append([column["title"], column["says"], *empty])
    return notes


def _empty(name, wanted, rows, codes):
    if name not in wanted["columns"]:
        return "not on the list"
    return sum(cells([name], row._mapping, codes) == [None] for row in rows)


def _phase(row, codes, which):
    group, phase = row[f"{which}_setting_group"], row[f"{which}_phase_code"]
    return codes["setting_group"].get(group) or codes["phase"].get(phase)


def _ethnicity(row, codes):
    main = {code: label for label, of in codes["ethnicity"].items() if label != "otherwise" for code in of}
    return main.get(row["ethnicity"], codes["ethnicity"]["otherwise"])


def _team(row, codes):
    return (
        codes["team"]["looked_after"]
        if row["is_looked_after"]
        else codes["team"]["in_need"]
        if row["is_in_need"]
        else None
    )


_CELLS = {
    "sex": lambda row, codes: codes["sex"].get(row["sex"], codes["sex"]["otherwise"]),
    "ethnicity": _ethnicity,
    "need": lambda row, codes: codes["need"].get(row["need"]),
    "main_phase": lambda row, codes: _phase(row, codes, "main"),
    "subsidiary_phase": lambda row, codes: _phase(row, codes, "subsidiary"),
    "home_educated": lambda row, codes: codes["yes_no"][row["is_home_educated"]],
    "absence": lambda row, codes: None if row["absence_rate"] is None else round(float(row["absence_rate"] * 100), 1),
    "pupil_premium": lambda row, codes: None,
    "known_to_social_care": lambda row, codes: codes["yes_no"][row["is_looked_after"] or row["is_in_need"]],
    "team": _team,
    "disability": lambda row, codes: codes["yes_no"].get(row["is_disabled"]),
}
