"""Finding columns in a header row."""

from send_data.readers.errors import UnreadableFileError


def places_of_columns(header, contract, note):
    """([place of each contract column], width of the header). Case and doubled blanks in a header do not matter.

    Raises UnreadableFileError when a column is missing or stands there twice; `note` hears of columns beyond the
    contract. The header itself is not repeated in an error: a file without one would show its first row.
    """
    wanted = [column.header for column in contract.sent_columns]
    places, extra = places_of(header, wanted, f"which the contract {contract.source} needs")
    if extra:
        # Every column of the contract was found: this row is a header, and can be shown.
        note(f"{shown(extra)} not in the contract {contract.source} and not used")
    return places, len(header)


def places_of(header, wanted: list[str], needed_by: str):
    """([place of each wanted column], [the other headers]). Raises UnreadableFileError."""
    found = {}
    for place, text in enumerate(header):
        found.setdefault(plain(text), []).append(place)
    missing = [name for name in wanted if plain(name) not in found]
    doubled = [name for name in wanted if len(found.get(plain(name), [])) > 1]
    if missing:
        raise UnreadableFileError(f"{_columns(missing)} missing, {needed_by}")
    if doubled:
        raise UnreadableFileError(f"{_columns(doubled)} there more than once")
    kept = {plain(name) for name in wanted}
    others = [header[at[0]] for name, at in found.items() if name and name not in kept]
    return [found[plain(name)][0] for name in wanted], others


def plain(text) -> str:
    """A header as it is compared: blanks and case do not matter, nor does which dash was typed."""
    return " ".join(str(text or "").replace("\N{EN DASH}", "-").split()).casefold()


def shown(extra) -> str:
    """The first ten of some headers, for a sentence about them."""
    return _columns([" ".join(str(text).split())[:60] for text in extra[:10]])


def _columns(names):
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"column {quoted} is" if len(names) == 1 else f"columns {quoted} are"
