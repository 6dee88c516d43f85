"""CSV with a header: columns are found by their header, in any order."""

import csv
import io
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from send_data.readers.errors import UnreadableFileError
from send_data.readers.header import places_of_columns

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LONGEST_LINE = 1_000_000
BLOCK_BYTES = 1 << 18


def read(file, contracts, la_code, note):
    """Rows of one CSV: of the feed's only source, or of the one that names the file among those of a set."""
    contract = _contract_of(file, contracts)
    if contract is None:
        note(f"{file.name}: a table beyond the contracts is left out")
        return
    lines = records(file.stream, contract.file.encoding)
    places, width = places_of_columns(_header(lines), contract, note)
    for line, record in lines:
        if len(record) != width:
            raise UnreadableFileError(f"line {line} has {len(record)} fields where the header has {width}")
        yield contract.source, tuple([record[place] or None for place in places])


def records(stream: BinaryIO, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """(line number, fields) of every record that is not blank. Raises UnreadableFileError."""
    reader = csv.reader(_decoded_lines(stream, encoding), strict=True)
    try:
        for record in reader:
            if record:
                yield reader.line_num, record
    except csv.Error:
        raise UnreadableFileError(f"line {reader.line_num} is not CSV (a quotation mark in the wrong place?)") from None


def _contract_of(file, contracts):
    """The contract of a file; None when it is a member of a set that no contract names."""
    if contracts[0].file.member is None:
        (contract,) = contracts
        return contract
    name = PurePosixPath(file.name).name
    return next((contract for contract in contracts if contract.file.member == name), None)


def _header(lines):
    for _, record in lines:
        return record
    raise UnreadableFileError("there is no header: the file has no line")


def _decoded_lines(stream, encoding):
    """Text lines. Blocks of whole lines are decoded at once; an error names its line without showing it."""
    number, block = 0, stream.read(BLOCK_BYTES).removeprefix(BYTE_ORDER_MARK)
    while block:
        if not block.endswith(b"\n"):
            rest = stream.readline(LONGEST_LINE)
            if len(rest) >= LONGEST_LINE:
                line = number + block.count(b"\n") + 1
                raise UnreadableFileError(f"line {line} is longer than {LONGEST_LINE} bytes")
            block += rest
        yield from io.StringIO(_decoded(block, encoding, number), newline="\n")
        number += block.count(b"\n")
        block = stream.read(BLOCK_BYTES)


def _decoded(block, encoding, before):
    """The text of a block that `before` lines come before. A line's end is the same byte in every encoding read."""
    zero = block.find(b"\0")
    if zero >= 0:
        line = before + block.count(b"\n", 0, zero) + 1
        raise UnreadableFileError(f"line {line} holds a zero byte: this is not {encoding} text")
    try:
        return block.decode(encoding)
    except UnicodeDecodeError as error:
        line = before + block.count(b"\n", 0, error.start) + 1
        place = error.start - block.rfind(b"\n", 0, error.start)
    raise UnreadableFileError(f"line {line}, byte {place} is not {encoding} text: save the file as {encoding}")
