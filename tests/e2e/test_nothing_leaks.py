"""Identifiers of every child of the small borough are looked for wherever the pipeline writes, and found nowhere."""

import html
import io
import re
import tempfile
import zipfile
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pandas as pd
import pypandoc
import pytest
import sqlalchemy as sa
from openpyxl import Workbook
from pypdf import PdfReader
from weasyprint import HTML

import demo_borough
from send_data import ods
from tests.borough import Borough

# Where identifiers are meant to be: the deliveries, their kept bytes, the server's own files and its passwords, and the
# outbox, whose lists are locked.
CLOSED = ("deliveries", "landing", "outbox", "postgres", "airflow.json", "list_passwords.json", "postgres.json",
          "stand_ins")  # fmt: skip
READABLE = (".pdf", ".docx", ".ods", ".xlsx", ".html", ".svg", ".csv", ".txt")
CANARY = "Una O'Canary 9990000018"
OPEN_SCHEMAS = ("ops", "staging", "intermediate", "measures", "marts", "published")


@pytest.fixture(scope="module")
def canaries(borough) -> list[str]:
    """Every identifier long enough not to occur by chance, and every child's full name."""
    found = set()
    for table, columns in (
        ("raw.sen2__person", ("upn", "unique_learner_number")),
        ("raw.casework__advice_request", ("nhs_number",)),
        ("raw.csds__cyp001", ("nhs_number", "local_patient_identifier")),
        ("raw.census__pupil", ("upn", "unique_learner_number")),
        ("quarantine.sen2__person", ("upn",)),
        ("quarantine.census__pupil", ("upn",)),
    ):
        for column in columns:
            found |= set(borough.query(f"select distinct {column} from {table} where {column} is not null")[column])
    names = borough.query("select forename || ' ' || surname as name from raw.sen2__person")
    canaries = sorted({*found, *names.name})
    assert len(canaries) > 60
    assert len(demo_borough.small_world().children) > 25
    return canaries


def test_no_file_outside_the_closed_folders_holds_an_identifier(borough: Borough, canaries):
    searched, leaks = 0, []
    for path in borough.home.rglob("*"):
        if path.is_file() and path.relative_to(borough.home).parts[0] not in CLOSED:
            searched += 1
            content = _text(path)
            leaks += [str(path.relative_to(borough.home)) for canary in canaries if canary in content]
    assert searched > 50
    assert sorted(set(leaks)) == []


def test_the_team_and_the_owners_were_told(borough: Borough):
    """What would have been sent stands in a folder, which the search above goes through."""
    names = [path.name for path in (borough.home / "outbox" / "mail").glob("*.eml")]
    assert len([name for name in names if name.startswith("data-team-made-up-borough-send-board-paper-for-")]) == 2
    assert [name for name in names if name.startswith("sen-data-officer-send-data-")]
    logged = borough.query("select role, outcome from ops.message_log")
    assert {"data team", "SEN data officer"} <= set(logged.role)
    assert set(logged.outcome) == {"sent"}


def test_a_trace_of_a_child_tells_no_identifier(borough: Borough, canaries):
    key = borough.query("select person_key from measures.ehc_plans order by person_key limit 1").person_key[0]
    done = borough.send("trace", "--person", str(key), "--reason", "to see that nothing leaks")
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert "rows that name the child" in done.stdout
    assert not [canary for canary in canaries if canary in done.stdout + done.stderr]


def test_no_table_outside_raw_quarantine_and_identity_holds_an_identifier(borough: Borough, canaries):
    tables = borough.query(
        f"select table_schema || '.' || table_name as name from information_schema.tables "
        f"where table_schema in {OPEN_SCHEMAS}"
    ).name
    assert len(tables) > 100
    for table in tables:
        text = "\n".join(borough.query(f"select cast(to_jsonb(t) as text) as row from {table} as t").row)
        assert not [canary for canary in canaries if canary in text], table


def test_airflows_own_database_holds_no_identifier(borough: Borough, canaries):
    """XComs, rendered fields and log rows among it."""
    url = borough.run("from send_data import warehouse; print(warehouse.airflow_url().render_as_string(False))")
    engine = sa.create_engine(url.strip())
    with engine.connect() as connection:
        tables = pd.read_sql(
            sa.text("select table_name from information_schema.tables where table_schema = 'public'"), connection
        ).table_name
        assert "xcom" in set(tables)
        for table in tables:
            text = str(connection.exec_driver_sql(f'select * from "{table}"').all())
            assert not [canary for canary in canaries if canary in text], table
    engine.dispose()


def test_every_output_is_of_a_format_that_the_search_can_read(borough: Borough):
    """Pictures hold what the charts' SVG says, drawn from what is published."""
    formats = {path.suffix for path in borough.editions.rglob("*") if path.is_file()}
    assert formats >= {".pdf", ".docx", ".html", ".csv", ".ods"}
    assert formats <= {*READABLE, ".png", ".css", ".js", ".json"}


@pytest.mark.parametrize("suffix", READABLE)
def test_the_search_finds_an_identifier_in_every_format(tmp_path, suffix):
    """So that not finding one means something."""
    path = tmp_path / f"child{suffix}"
    path.write_bytes(_document(suffix))
    assert CANARY in _text(path)


def _document(suffix: str) -> bytes:
    """A document of a format that names a made-up child."""
    page = f"<!DOCTYPE html><html lang='en'><title>x</title><p>{html.escape(CANARY)}</p></html>"
    if suffix == ".pdf":
        return HTML(string=page).write_pdf()
    if suffix == ".docx":
        return _by_pandoc(page, "docx")
    if suffix == ".ods":
        return ods.workbook(
            [ods.Sheet("x", "x", [], ["name"], [[CANARY]])], {"title": "x"}, datetime(2026, 11, 5, tzinfo=UTC)
        )
    if suffix == ".xlsx":
        book, content = Workbook(), io.BytesIO()
        book.active.append([CANARY])
        book.save(content)
        return content.getvalue()
    return page.encode() if suffix in (".html", ".svg") else f"name\n{CANARY}\n".encode()


def _by_pandoc(page: str, suffix: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"x.{suffix}"
        pypandoc.convert_text(page, suffix, format="html", outputfile=str(path))
        return path.read_bytes()


def _text(path: Path) -> str:
    """What a file says, also when it is a PDF, an e-mail or a document that is a zip inside."""
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in PdfReader(path).pages)
    if path.suffix == ".eml":
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        return "\n".join([str(mail), *(part.get_content() for part in mail.iter_parts())])
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as inside:
            return "\n".join(_plain(inside.read(name)) for name in inside.namelist())
    return _plain(path.read_bytes())


def _plain(content: bytes) -> str:
    """Text as it is, and as it reads without its marks: a name may be written over several of them."""
    text = content.decode(errors="replace")
    return text if "<" not in text else "\n".join([text, html.unescape(re.sub("<[^>]*>", "", text))])
