"""CSV with a header: columns are found by their header, in any order."""

import csv
from collections.abc import Iterator
from typing import BinaryIO

from send_data.readers.errors import UnreadableFileError
from send_data.readers.header import places_of_columns

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LONGEST_LINE = 1_000_000


def read(file, contracts, la_code, note):
    """Rows of one CSV; the feed of a CSV has one source."""
    (contract,) = contracts
    lines = records(file.stream, contract.file.encoding)
    places, width = places_of_columns(_header(lines), contract, note)
    for line, record in lines:
        if len(record) != width:
            raise UnreadableFileError(f"line {line} has {len(record)} fields where the header has {width}")
        yield contract.source, tuple(record[place] or None for place in places)


def records(stream: BinaryIO, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """(line number, fields) of every record that is not blank. Raises UnreadableFileError."""
    reader = csv.reader(_decoded_lines(stream, encoding), strict=True)
    try:
        for record in reader:
            if record:
                yield reader.line_num, record
    except csv.Error:
        raise UnreadableFileError(f"line {reader.line_num} is not CSV (a quotation mark in the wrong place?)") from None


def _header(lines):
    for _, record in lines:
        return record
    raise UnreadableFileError("there is no header: the file has no line")


def _decoded_lines(stream, encoding):
    """Text lines; decoded one by one, so that an error can name its line without showing it."""
    number = 0
    while content := stream.readline(LONGEST_LINE):
        number += 1
        if number == 1:
            content = content.removeprefix(BYTE_ORDER_MARK)
        if len(content) >= LONGEST_LINE:
            raise UnreadableFileError(f"line {number} is longer than {LONGEST_LINE} bytes")
        if b"\0" in content:
            raise UnreadableFileError(f"line {number} holds a zero byte: this is not {encoding} text")
        yield _decoded(content, encoding, number)


def _decoded(content, encoding, number):
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        place = error.start + 1
    raise UnreadableFileError(f"line {number}, byte {place} is not {encoding} text: save the file as {encoding}")
