"""Finding the contract's columns in a header row."""

from send_data.readers.errors import UnreadableFileError


def places_of_columns(header, contract, note):
    """([place of each contract column], width of the header). Case and doubled blanks in a header do not matter.

    Raises UnreadableFileError when a column is missing or stands there twice; `note` hears of columns beyond the
    contract. The header itself is not repeated in an error: a file without one would show its first row.
    """
    found = {}
    for place, text in enumerate(header):
        found.setdefault(_plain(text), []).append(place)
    wanted = {_plain(column.header): column for column in contract.columns}
    missing = [column.header for plain, column in wanted.items() if plain not in found]
    doubled = [column.header for plain, column in wanted.items() if len(found.get(plain, [])) > 1]
    if missing:
        raise UnreadableFileError(f"{_columns(missing)} missing, which the contract {contract.source} needs")
    if doubled:
        raise UnreadableFileError(f"{_columns(doubled)} there more than once")
    extra = [header[places[0]] for plain, places in found.items() if plain not in wanted]
    if extra:
        # Every column of the contract was found: this row is a header, and can be shown.
        note(f"{_columns([_short(text) for text in extra[:10]])} not in the contract {contract.source} and not used")
    return [found[plain][0] for plain in wanted], len(header)


def _short(text):
    return " ".join(str(text or "").split())[:60]


def _plain(text):
    return " ".join(str(text or "").split()).casefold()


def _columns(names):
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"column {quoted} is" if len(names) == 1 else f"columns {quoted} are"
