"""Contracts: a wrong one says what is wrong with it; the right ones make the tables."""

from datetime import date

import pytest
import sqlalchemy as sa
import yaml

from send_data import contracts as contracting
from send_data import gate
from send_data.settings import ROOT

CONTRACTS = contracting.load_contracts(ROOT / "expectations" / "sources")

GOOD = {
    "source": "casework__note", "title": "Notes", "owner": "somebody", "system": "casework", "grain": "one row a note",
    "file": {"path": "casework/{month}/notes.csv", "format": "csv", "delivers": "everything"},
    "arrives": {"every": "month", "by_day": 5},
    "columns": {"note_id": {"type": "text", "required": True, "description": "the note"}},
}  # fmt: skip

NEIGHBOURLY = {
    "because": "x", "expect": "unexpected_rows_expectation", "on_failure": "warn",
    "with": {"unexpected_rows_query": "select row_number from {batch}, {casework__case}"},
}  # fmt: skip
BOOK = {"path": "casework/{month}/notes.xlsx", "format": "xlsx", "delivers": "everything", "sheet": "Notes"}
TABLE = GOOD["file"] | {"format": "sql", "from": "system", "table": "note", "key": "note_id", "changed": "note_id"}


def load(folder, **changes):
    contract = GOOD | changes
    contract = {key: value for key, value in contract.items() if value is not None}
    (folder / "casework__note.yml").write_text(yaml.safe_dump(contract))
    return contracting.load_contracts(folder)["casework__note"]


def test_a_contract_is_read(tmp_path):
    contract = load(tmp_path)
    assert contract.feed == "casework/{month}/notes.csv"
    assert contract.column_names == ("note_id",)
    assert contract.file.encoding == "utf-8"
    assert len(contract.sha256) == 64


def test_a_column_that_the_sheets_name_tells_is_not_in_the_file(tmp_path):
    columns = GOOD["columns"] | {"agency": {"type": "text", "description": "the agency"}}
    contract = load(tmp_path, columns=columns, file=BOOK | {"sheet": ["A", "B"], "sheet_column": "agency"})
    assert contract.file.sheets == ("A", "B")
    assert contract.column_names == ("agency", "note_id")
    assert [column.name for column in contract.sent_columns] == ["note_id"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"owner": None}, "the contract lacks owner"),
        ({"colums": {}}, "the contract has unknown colums"),
        ({"source": "casework__notes"}, "source is casework__notes, the file is named casework__note"),
        ({"system": "finance"}, "system finance does not begin"),
        ({"columns": {"a": {"type": "dat", "description": ""}}}, "column a: type is dat, must be one of text, date"),
        ({"columns": {"a": {"type": "code", "description": ""}}}, "column a: type code and codes"),
        ({"columns": {"row_number": {"type": "text", "description": ""}}}, "column row_number: the name must be"),
        ({"columns": {"A b": {"type": "text", "description": ""}}}, "column A b: the name must be"),
        ({"columns": {"a": {"type": "text"}}}, "column a lacks description"),
        ({"arrives": {"every": "month"}}, "says by which day of the next month"),
        ({"arrives": {"every": "week"}}, "arrives: every is week"),
        ({"arrives": {"every": "term", "by_day": 5}}, "a termly or yearly source names the months"),
        ({"arrives": {"every": "month", "by_day": 5, "months": [1]}}, "a termly or yearly source names the months"),
        ({"file": GOOD["file"] | {"format": "xlsx"}}, "an xlsx names its sheet"),
        ({"file": BOOK | {"sheet": ["A", "B"]}}, "a list of sheets and sheet_column, which their names"),
        ({"file": BOOK | {"sheet_column": "note_id"}}, "a list of sheets and sheet_column, which their names"),
        ({"file": BOOK | {"sheet": ["A"], "sheet_column": "b"}}, "sheet_column is b, a column that the contract does"),
        ({"file": BOOK, "columns": {"a": {"type": "date_uk", "description": ""}}}, "a workbook has real dates"),
        ({"file": GOOD["file"] | {"member": "notes.csv"}}, "a member is a file of a set that comes together"),
        ({"file": GOOD["file"] | {"table": "notes"}}, "file: sql names its connection, table, key and change time"),
        ({"file": GOOD["file"] | {"format": "sql"}}, "file: sql names its connection, table, key and change time"),
        ({"file": TABLE | {"key": "number"}}, "a table has one source, with its key and change time as columns"),
        ({"file": GOOD["file"] | {"from": "sftp://host"}}, "file: from is the name of a connection in snake_case"),
        ({"person": {"upn": "number"}}, "person: upn names the column number"),
        ({"person": {"shoe_size": "note_id"}}, "person: kind is shoe_size"),
        ({"person_when": {"note_id": ["E"]}}, "person_when: the contract has no column note_id with a list of codes"),
        (
            {"parent": {"source": "casework__case", "key": "note_id", "called": "case"}},
            "parent casework__case with note_id",
        ),
        ({"rules": [NEIGHBOURLY]}, "a rule names casework__case, which does not come with it"),
        ({"rules": [{"because": "x"}]}, "rule 1 lacks expect, on_failure"),
        ({"rules": [{"because": "x", "expect": "y", "on_failure": "explode"}]}, "rule 1: on_failure is explode"),
    ],
)
def test_a_wrong_contract_says_what_is_wrong(tmp_path, changes, message):
    with pytest.raises(contracting.ContractError) as error:
        load(tmp_path, **changes)
    assert str(error.value).startswith("casework__note.yml: ")
    assert message in str(error.value)


def test_a_folder_without_contracts_is_an_error(tmp_path):
    with pytest.raises(contracting.ContractError, match="no contract found"):
        contracting.load_contracts(tmp_path)


def test_yaml_that_is_none_is_an_error(tmp_path):
    (tmp_path / "casework__note.yml").write_text("a: [")
    with pytest.raises(contracting.ContractError, match=r"casework__note\.yml: not YAML"):
        contracting.load_contracts(tmp_path)


@pytest.mark.parametrize("source", sorted(CONTRACTS))
def test_every_code_list_exists_and_holds_no_code_twice(source):
    for column in CONTRACTS[source].columns:
        if column.codes:
            found = gate.codes(column.codes)
            assert found
            assert len(found) == len(set(found))


def test_a_code_counts_from_its_first_day_to_its_last(tmp_path, monkeypatch):
    lists = tmp_path / "dbt_project" / "seeds" / "codes"
    lists.mkdir(parents=True)
    (lists / "shapes.csv").write_text("code,label,valid_from,valid_to\nA,a,,\nB,b,2025-01-16,\nC,c,,2024-12-31\n")
    monkeypatch.setenv("SEND_ROOT", str(tmp_path))
    assert gate.codes("shapes", date(2024, 12, 1)) == ("A", "C")
    assert gate.codes("shapes", date(2025, 1, 1)) == ("A", "B")
    assert gate.codes("shapes") == ("A", "B", "C")


@pytest.mark.parametrize(
    ("name", "month", "has", "lacks"),
    [
        ("ssda903_sex", date(2024, 3, 1), {"1", "2"}, {"M", "F", "U"}),
        ("ssda903_sex", date(2024, 4, 1), {"M", "F", "U"}, {"1", "2"}),
        ("ssda903_placement", date(2024, 3, 1), {"H5", "P2", "S1"}, {"K3", "Z11"}),
        ("ssda903_placement", date(2025, 3, 1), {"K3", "S1", "Z1"}, {"H5", "P2", "Z11"}),
        ("ssda903_placement", date(2025, 4, 1), {"K3", "Z1", "Z11", "Z12", "Z13", "Z14"}, {"H5", "P2"}),
        ("nccis_activity", date(2026, 9, 1), {"140", "290", "460"}, {"420", "510", "520", "551"}),
    ],
)
def test_a_change_of_a_return_counts_from_the_day_its_year_begins(name, month, has, lacks):
    found = set(gate.codes(name, month))
    assert has <= found
    assert not lacks & found


def test_tables_are_made_and_a_new_column_is_added(clean_warehouse, tmp_path):
    contract = load(tmp_path)
    more = {**GOOD["columns"], "author": {"type": "text", "description": "who wrote it, 100% of the time"}}
    (tmp_path / "later").mkdir()
    later = load(tmp_path / "later", columns=more)
    with clean_warehouse.engine().begin() as connection:
        contracting.create_tables(connection, {contract.source: contract})
        assert contracting.create_tables(connection, {later.source: later}) == 1
        query = sa.text(
            "select table_schema, string_agg(column_name, ' ' order by ordinal_position)"
            " from information_schema.columns where table_name = 'casework__note' group by 1 order by 1"
        )
        assert [tuple(row) for row in connection.execute(query)] == [
            ("quarantine", "delivery_id row_number note_id reasons author"),
            ("raw", "delivery_id row_number note_id author"),
        ]
