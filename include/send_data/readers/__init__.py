"""Readers of the file formats: each turns the bytes of a delivery into rows of text, as a stream.

A format's module has `read`, for one file, or `read_set`, where the files of a delivery make one whole.
`read(files, contracts, la_code, note)` yields `(source, row)`: the source's name and a tuple of text or None in the
order of its contract's columns. Rows of several sources may alternate. Memory does not grow with the file.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
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
    files: list[OpenFile], contracts: list[Contract], la_code: str, note: Callable[[str], None] = lambda text: None
) -> Rows:
    """Rows of all files of one delivery. `contracts` are the sources of its feed, all of one format.

    `note` is told what is worth saying though it is no error (columns beyond the contract).
    Raises UnreadableFileError, whose text never holds a value of a row.
    """
    module = _reader_of(contracts[0].file.format)
    if hasattr(module, "read_set"):
        yield from _naming(_name_of(files), module.read_set(files, contracts, la_code, note))
        return
    came = {PurePosixPath(file.name).name for file in files}
    missing = [contract.file.member for contract in contracts if contract.file.member not in {None, *came}]
    if missing:
        folder = str(PurePosixPath(files[0].name).parent)
        raise UnreadableFileError(f"{', '.join(missing)} missing from the set of files", folder)
    for file in files:
        yield from _naming(file.name, module.read(file, contracts, la_code, note))


def _naming(name, rows):
    """The rows; an error that names no file yet is given this name."""
    try:
        yield from rows
    except UnreadableFileError as error:
        raise error.of(name) from None


def _name_of(files):
    return files[0].name if len(files) == 1 else f"{files[0].name} and {len(files) - 1} files with it"


def _reader_of(file_format: str):
    """The module that reads a format. Imported when first needed: openpyxl and lxml are not free."""
    from importlib import import_module

    return import_module(f"send_data.readers.{FILE_FORMATS[file_format]}")


__all__ = ["OpenFile", "Rows", "UnreadableFileError", "read"]
