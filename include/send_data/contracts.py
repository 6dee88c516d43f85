"""Source contracts: what each source promises, read from YAML and turned into empty tables.

A contract is one file, `expectations/sources/<source>.yml`; its name is the source's name everywhere. The reader
of the file format, the tables, the checks and the linkage of people all take their columns and rules from it.
"""

import hashlib
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

COLUMN_TYPES = ("text", "date", "date_uk", "integer", "numeric", "code", "upn", "nhs_number", "uln")
# format: the module of send_data.readers that reads it
FILE_FORMATS = {
    "csv": "csv_file",
    "xlsx": "xlsx_file",
    "sen2": "sen2",
    "cin_xml": "cin_xml",
    "nccis_xml": "nccis_xml",
    "ees_csv": "ees_csv",
    "census_csv": "census_csv",
    # What is kept of a table is an extract in CSV.
    "sql": "csv_file",
}
OF_A_TABLE = {"table", "key", "changed"}
COVERAGES = ("everything", "the_month")
CADENCES = ("month", "term", "year", "release")
EVERY_MONTH = tuple(range(1, 13))
FAILURES = ("quarantine", "stop", "warn")
PERSON_KINDS = (
    "upn",
    "uln",
    "nhs_number",
    "local_patient_identifier",
    "local_child_identifier",
    "forename",
    "surname",
    "date_of_birth",
    "postcode",
    "sex",
)
# The share of a table's rows that may be refused before the whole delivery is.
QUARANTINE_AT_MOST = 0.5
PLACES_KEPT_BY_THE_PIPELINE = ("delivery_id", "row_number", "reasons")


class ContractError(ValueError):
    """A contract file that cannot be understood; the message names the file and what is wrong with it."""


@dataclass(frozen=True)
class Column:
    """One column: its name in the warehouse, its header in the file, and what may stand in it."""

    name: str
    type: str
    header: str
    required: bool
    codes: str | None
    on_failure: str
    description: str

    @property
    def is_place(self):
        """Whether the reader fills it in by counting the elements of the file."""
        return self.type == "integer" and self.required and self.name.endswith("_number")


@dataclass(frozen=True)
class Rule:
    """One explicit rule; `because` is the message of its failure, `rejects` a row that it must refuse.

    A query may name other sources of the delivery, as `{sen2__request}`; `beside` are rows of theirs, {source: [row]},
    that have to be there for it to refuse its own.
    """

    because: str
    expect: str
    arguments: dict
    rejects: object
    on_failure: str
    beside: dict = field(default_factory=dict)

    @property
    def neighbours(self) -> set[str]:
        """The other sources that its query names."""
        return set(re.findall(r"\{(\w+)\}", self.arguments.get("unexpected_rows_query", ""))) - {"batch", "schema"}


@dataclass(frozen=True)
class DeliveredFile:
    """Where a delivery lies and how it is read.

    `connection` names where it is fetched from (`from:`); None is the deliveries folder. `table`, `key` and `changed`
    are of format sql: the table or view to read, its key, and the time of a row's last change; where the connection is
    not set up, files at the path are taken for its extracts.

    `together` makes all files of the path one delivery; as a pattern, those files whose names begin with the same
    match of it, while a file that does not match is a delivery alone. `member` is the name of the file of a set that
    holds this table.

    Of a workbook, `sheet:` names the sheet that holds the table, or lists several sheets that each hold a part of it.
    All of the list must be there, and the name of its sheet is written to a row's `sheet_column:`, which the sheets
    themselves do not have.
    """

    path: str
    connection: str | None
    format: str
    encoding: str
    sheets: tuple[str, ...]
    sheet_column: str | None
    delivers: str
    together: bool | str
    member: str | None
    table: str | None
    key: str | None
    changed: str | None

    @property
    def folder(self):
        """The connection in whose folder its files lie: what a table or an API gives is no file on its server."""
        return None if self.table or self.format == "ees_csv" else self.connection


@dataclass(frozen=True)
class Parent:
    """The table whose row a row belongs to: the row falls when its parent's row falls."""

    source: str
    key: str
    called: str


@dataclass(frozen=True)
class Contract:
    """One source: `<system>__<table>`.

    `person` says by which columns a row's child is found; with `person_when` only in rows where a column has one of
    these codes: the others are of children whom no figure follows, and get no key.
    """

    source: str
    title: str
    owner: str
    system: str
    grain: str
    file: DeliveredFile
    every: str
    months: tuple[int, ...]
    by_day: int | None
    columns: tuple[Column, ...]
    person: dict[str, str]
    person_when: dict[str, tuple[str, ...]]
    parent: Parent | None
    rules: tuple[Rule, ...]
    quarantine_at_most: float
    sha256: str

    @property
    def feed(self):
        """The path of its file: sources of one file share a feed, and are delivered together."""
        return self.file.path

    @property
    def is_dated(self):
        """Whether its path names the month; a release belongs to none."""
        return "{month}" in self.file.path

    @property
    def sent_columns(self):
        """Columns that stand in the file: all but the one that is told by the name of the sheet."""
        return tuple(column for column in self.columns if column.name != self.file.sheet_column)

    @property
    def column_names(self):
        """Names in the warehouse, in the contract's order."""
        return tuple(column.name for column in self.columns)


@cache
def load_contracts(directory):
    """All contracts of a folder, {source: Contract} in order of name. Raises ContractError for a wrong one."""
    found = {path.stem: _read_contract(path) for path in sorted(Path(directory).glob("*.yml"))}
    if not found:
        raise ContractError(f"no contract found in {directory}")
    for contract in found.values():
        _check_parent(contract, found)
        _check_neighbours(contract, found)
        _check_feed(contract, found)
    return found


def source_contracts():
    """The contracts of the project, from the folder that the settings name."""
    from send_data.settings import settings

    return load_contracts(Path(settings().contracts_dir) / "sources")


def by_feed(contracts):
    """{feed: [Contract, ...]}: the sources that arrive in one delivery together."""
    feeds = {}
    for contract in contracts.values():
        feeds.setdefault(contract.feed, []).append(contract)
    return feeds


def create_tables(connection, contracts):
    """Create raw.<source> and quarantine.<source> where they do not exist; returns the number of sources.

    `connection` is SQLAlchemy's, in a transaction of the caller.
    Everything is text: raw keeps what was sent. A new column of a contract is added to an existing table.
    """
    for contract in contracts.values():
        connection.exec_driver_sql(_table_statements(contract).replace("%", "%%"))
    return len(contracts)


def _table_statements(contract):
    columns = ", ".join(f"{name} text" for name in contract.column_names)
    added = ", ".join(f"add column if not exists {name} text" for name in contract.column_names)
    row = "delivery_id bigint not null, row_number integer not null"
    comment = contract.title.replace("'", "''")
    return "".join(
        f"create table if not exists {schema}.{contract.source} ({row}, {columns}{extra},"
        f" primary key (delivery_id, row_number));"
        f" alter table {schema}.{contract.source} {added};"
        f" comment on table {schema}.{contract.source} is '{comment}';"
        for schema, extra in (("raw", ""), ("quarantine", ", reasons text[] not null"))
    )


def _read_contract(path):
    content = path.read_bytes()
    try:
        given = yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise ContractError(f"{path.name}: not YAML: {error}") from None
    try:
        return _contract_from(given, path.stem, hashlib.sha256(content).hexdigest())
    except ContractError as error:
        raise ContractError(f"{path.name}: {error}") from None


def _contract_from(given, stem, sha256):
    _check_keys(
        given,
        "the contract",
        required={"source", "title", "owner", "system", "grain", "file", "arrives", "columns"},
        optional={"person", "person_when", "parent", "rules", "notes", "quarantine_at_most"},
    )
    if given["source"] != stem:
        raise ContractError(f"source is {given['source']}, the file is named {stem}")
    if not stem.startswith(given["system"] + "__"):
        raise ContractError(f"system {given['system']} does not begin the source's name")
    columns = tuple(_column_from(name, column) for name, column in given["columns"].items())
    contract = Contract(
        source=stem,
        title=given["title"],
        owner=given["owner"],
        system=given["system"],
        grain=given["grain"],
        file=_file_from(given["file"], columns),
        columns=columns,
        sha256=sha256,
        **_arrival_from(given["arrives"]),
        person=_person_from(given.get("person", {}), columns),
        person_when=_person_when_from(given.get("person_when", {}), columns),
        parent=_parent_from(given.get("parent"), columns),
        rules=tuple(rule_from(rule, number) for number, rule in enumerate(given.get("rules", []), start=1)),
        quarantine_at_most=float(given.get("quarantine_at_most", QUARANTINE_AT_MOST)),
    )
    return contract


def _column_from(name, given):
    where = f"column {name}"
    _check_keys(given, where, required={"type", "description"}, optional={"header", "required", "codes", "on_failure"})
    if name in PLACES_KEPT_BY_THE_PIPELINE or not name.isidentifier() or name != name.lower():
        raise ContractError(f"{where}: the name must be snake_case and not one of the pipeline's own")
    _check_choice(given["type"], COLUMN_TYPES, f"{where}: type")
    if (given["type"] == "code") != ("codes" in given):
        raise ContractError(f"{where}: type code and codes: <seed> belong together")
    on_failure = given.get("on_failure", "quarantine")
    _check_choice(on_failure, FAILURES, f"{where}: on_failure")
    return Column(
        name=name,
        type=given["type"],
        header=given.get("header", name),
        required=given.get("required", False),
        codes=given.get("codes"),
        on_failure=on_failure,
        description=given["description"],
    )


def _file_from(given, columns):
    optional = {"from", "encoding", "sheet", "sheet_column", "together", "member", *OF_A_TABLE}
    _check_keys(given, "file", required={"path", "format", "delivers"}, optional=optional)
    _check_choice(given["format"], FILE_FORMATS, "file: format")
    _check_choice(given["delivers"], COVERAGES, "file: delivers")
    if (given["format"] == "xlsx") != ("sheet" in given):
        raise ContractError("file: an xlsx names its sheet, and nothing else does")
    sheet, sheet_column = given.get("sheet"), given.get("sheet_column")
    if isinstance(sheet, list) != (sheet_column is not None):
        raise ContractError("file: a list of sheets and sheet_column, which their names are written to, go together")
    if sheet_column is not None and sheet_column not in {column.name for column in columns}:
        raise ContractError(f"file: sheet_column is {sheet_column}, a column that the contract does not have")
    if given["format"] == "xlsx" and any(column.type == "date_uk" for column in columns):
        raise ContractError("columns: a workbook has real dates, so its columns are of type date")
    if "member" in given and not given.get("together", False):
        raise ContractError("file: a member is a file of a set that comes together")
    of_a_table = OF_A_TABLE & given.keys()
    if of_a_table != (OF_A_TABLE if given["format"] == "sql" else set()) or (of_a_table and "from" not in given):
        raise ContractError("file: sql names its connection, table, key and change time, and nothing else does")
    connection = given.get("from")
    if connection is not None and not re.fullmatch(r"[a-z][a-z0-9_]*", str(connection)):
        raise ContractError(f"file: from is the name of a connection in snake_case, not {connection}")
    return DeliveredFile(
        path=given["path"],
        connection=connection,
        format=given["format"],
        encoding=given.get("encoding", "utf-8"),
        sheets=tuple(sheet) if isinstance(sheet, list) else (sheet,) if sheet else (),
        sheet_column=sheet_column,
        delivers=given["delivers"],
        together=given.get("together", False),
        member=given.get("member"),
        table=given.get("table"),
        key=given.get("key"),
        changed=given.get("changed"),
    )


def _arrival_from(given):
    _check_keys(given, "arrives", required={"every"}, optional={"by_day", "months"})
    _check_choice(given["every"], CADENCES, "arrives: every")
    every, months = given["every"], tuple(given.get("months", ()))
    if every != "release" and "by_day" not in given:
        raise ContractError("arrives: says by which day of the next month, unless it comes with each release")
    if (every in ("term", "year")) != bool(months):
        raise ContractError("arrives: a termly or yearly source names the months it is for, and no other does")
    return {"every": every, "months": EVERY_MONTH if every == "month" else months, "by_day": given.get("by_day")}


def _person_from(given, columns):
    names = {column.name for column in columns}
    for kind, column in given.items():
        _check_choice(kind, PERSON_KINDS, "person: kind")
        if column not in names:
            raise ContractError(f"person: {kind} names the column {column}, which the contract does not have")
    return dict(given)


def _person_when_from(given, columns):
    coded = {column.name for column in columns if column.codes}
    for column in given:
        if column not in coded:
            raise ContractError(f"person_when: the contract has no column {column} with a list of codes")
    return {column: tuple(codes) for column, codes in given.items()}


def _parent_from(given, columns):
    if given is None:
        return None
    _check_keys(given, "parent", required={"source", "key", "called"}, optional=set())
    if given["key"] not in {column.name for column in columns}:
        raise ContractError(f"parent: the contract has no column {given['key']}")
    return Parent(**given)


def rule_from(given, number):
    """A Rule from YAML; `number` says which one in an error. Marts' expectations use the same form."""
    where = f"rule {number}"
    _check_keys(given, where, required={"because", "expect", "on_failure"}, optional={"with", "rejects", "beside"})
    _check_choice(given["on_failure"], FAILURES, f"{where}: on_failure")
    return Rule(
        because=given["because"],
        expect=given["expect"],
        arguments=given.get("with", {}),
        rejects=given.get("rejects"),
        on_failure=given["on_failure"],
        beside=given.get("beside", {}),
    )


def _check_neighbours(contract, contracts):
    for rule in contract.rules:
        for source in sorted(rule.neighbours | set(rule.beside)):
            if source not in contracts or contracts[source].feed != contract.feed:
                raise ContractError(f"{contract.source}.yml: a rule names {source}, which does not come with it")


def _check_parent(contract, contracts):
    parent = contract.parent
    if parent is None:
        return
    if parent.source not in contracts or parent.key not in contracts[parent.source].column_names:
        raise ContractError(f"{contract.source}.yml: parent {parent.source} with {parent.key} does not exist")
    if contracts[parent.source].feed != contract.feed:
        raise ContractError(f"{contract.source}.yml: its parent arrives in another file")


def _check_feed(contract, contracts):
    """Sources of one file come by one connection, and a table is a feed of its own."""
    feed = by_feed(contracts)[contract.feed]
    if len({each.file.connection for each in feed}) > 1:
        raise ContractError(f"{contract.source}.yml: the sources of {contract.feed} name different connections")
    headers = {column.header for column in contract.columns}
    if contract.file.format == "sql" and (len(feed) > 1 or not {contract.file.key, contract.file.changed} <= headers):
        raise ContractError(f"{contract.source}.yml: a table has one source, with its key and change time as columns")


def _check_keys(given, where, required, optional):
    if not isinstance(given, dict):
        raise ContractError(f"{where} must be a mapping")
    missing, unknown = required - given.keys(), given.keys() - required - optional
    if missing:
        raise ContractError(f"{where} lacks {', '.join(sorted(missing))}")
    if unknown:
        raise ContractError(f"{where} has unknown {', '.join(sorted(map(str, unknown)))}")


def _check_choice(value, allowed, where):
    if value not in allowed:
        raise ContractError(f"{where} is {value}, must be one of {', '.join(allowed)}")
