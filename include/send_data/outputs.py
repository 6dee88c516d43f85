"""Everything that an edition gives people to read, written into `editions/<YYYY-MM>/`.

The same edition gives the same bytes.
"""

from pathlib import Path

from send_data import dashboard, easy_read, paper, published, tables
from send_data.published import Edition
from send_data.settings import settings

# Each has `files(edition)`: name within the edition's folder -> content.
WRITERS = (paper, easy_read, dashboard, tables)
# What every edition has, whatever is in it.
ALWAYS = (
    "board-paper.html", "board-paper.pdf", "board-paper.docx", "easy-read.html", "easy-read.pdf",
    "dashboard/index.html", "dashboard/site.css", "dashboard/site.js", "data/figures.csv", "data/tables.ods",
)  # fmt: skip
# What people open; the rest is there for these.
OPENED_FIRST = tuple(name for name in ALWAYS if not name.endswith((".css", ".js")))


class OutputError(RuntimeError):
    """The outputs cannot be written there; the message says why."""


def write(edition_id: int) -> list[Path]:
    """Write all outputs of an edition and take away what an earlier edition of the month left; returns the files."""
    edition = published.read(edition_id)
    folder = folder_of(f"{edition.header['month']:%Y-%m}")
    written = _write_into(folder, edition)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and str(path.relative_to(folder)) not in written:
            path.unlink()
    return [folder / name for name in written]


def _write_into(folder: Path, edition: Edition) -> dict[str, bytes]:
    """Write every file of an edition; returns them by name."""
    written = {name: content for writer in WRITERS for name, content in writer.files(edition).items()}
    for name, content in written.items():
        _replace(folder / name, content)
    return written


def write_again(edition_id: int, folder: Path | None) -> list[Path]:
    """Write an edition once more: into an empty or new folder, or where its month stands if nothing has replaced it.

    OutputError when the folder is not empty, or without one the edition was replaced.
    """
    if folder is not None:
        if folder.exists() and any(folder.iterdir()):
            raise OutputError(f"{folder} is not empty: name a new folder")
        return [folder / name for name in _write_into(folder, published.read(edition_id))]
    if not published.is_newest(edition_id):
        raise OutputError(f"edition {edition_id} was replaced: name a folder for it with --into")
    return write(edition_id)


def folder_of(month: str) -> Path:
    """Where the outputs of a month (`YYYY-MM`) stand."""
    return settings().editions_dir / month


def missing(month: str) -> list[str]:
    """What every edition has and this month's folder has not."""
    return [name for name in ALWAYS if not (folder_of(month) / name).exists()]


def _replace(path: Path, content: bytes) -> None:
    """Put a file in place whole: a reader sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    beside.replace(path)
