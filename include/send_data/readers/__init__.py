"""Readers of the file formats: each turns the bytes of a delivery into rows of text, as a stream.

`read(files, contracts, la_code, note)` yields `(source, row)`: the source's name and a tuple of text or None in the
order of its contract's columns. Rows of several sources may alternate. Memory does not grow with the file.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from send_data.contracts import FILE_FORMATS, Contract
from send_data.readers.errors import UnreadableFileError


@dataclass(frozen=True)
class OpenFile:
    """One file of a delivery: the name it came under and its bytes, seekable."""

    name: str
    stream: BinaryIO


Rows = Iterator[tuple[str, tuple]]


def read(
    files: Iterable[OpenFile], contracts: list[Contract], la_code: str, note: Callable[[str], None] = lambda text: None
) -> Rows:
    """Rows of all files of one delivery. `contracts` are the sources of its feed, all of one format.

    `note` is told what is worth saying though it is no error (columns beyond the contract).
    Raises UnreadableFileError, whose text never holds a value of a row.
    """
    module = _reader_of(contracts[0].file.format)
    for file in files:
        try:
            yield from module.read(file, contracts, la_code, note)
        except UnreadableFileError as error:
            raise error.of(file.name) from None


def _reader_of(file_format: str):
    """The module that reads a format. Imported when first needed: openpyxl and lxml are not free."""
    from importlib import import_module

    return import_module(f"send_data.readers.{FILE_FORMATS[file_format]}")


__all__ = ["OpenFile", "Rows", "UnreadableFileError", "read"]
