"""The SEN2 return as XML. Element names count in any case."""

from send_data.readers.errors import UnreadableFileError
from send_data.readers.sen2_layout import LAYOUTS, TABLES
from send_data.readers.xml_stream import Element, Walk, names_in

(LATEST,) = list(LAYOUTS.values())[-1:]
BEFORE_HEADER = Element("Message", children=LATEST.children[:1])
# Names of elements of other years: naming them in an error tells the sender what happened.
NAMEABLE = frozenset().union(*map(names_in, LAYOUTS.values()))


def read(file, checked_year):
    """(source, {column: text}) of a return; `checked_year` answers a header's values with the year of its layout."""

    def choose(header):
        year = checked_year(header)
        return LAYOUTS[year], f"the SEN2 layout of {year}"

    has_header = False
    for source, values in Walk(BEFORE_HEADER, "a return before its Header", NAMEABLE, "Person", choose).rows(
        file.stream
    ):
        has_header = has_header or source == TABLES["Header"]
        yield source, values
    if not has_header:
        raise UnreadableFileError("there is no Header")
