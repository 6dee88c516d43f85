"""The gate at the two borders: Great Expectations judges every delivery, and every build of the marts.

The expectations come from the contracts: columns' types, codes and duty to be filled in, then the explicit rules.
Great Expectations gives the verdict, the counts and the query that finds the rows (its own, so no rule is written
twice); the rows are moved to quarantine by that query. Results carry counts and never a value: the format below leaves
them out. This is the one module that imports great_expectations, and only when something is to be judged: the import
costs seconds.
"""

import dataclasses
import os
import shutil
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import sqlalchemy as sa
import yaml

from send_data import contracts as contracting
from send_data import seeds, warehouse
from send_data.contracts import Column, Contract, Rule
from send_data.settings import settings

RESULT_FORMAT = {
    "result_format": "BASIC",
    "partial_unexpected_count": 0,
    "return_unexpected_index_query": True,
    "unexpected_index_column_names": ["row_number"],
}
READ_AS = {"date": "as_date", "date_uk": "as_date_uk", "integer": "as_integer", "numeric": "as_numeric"}
WRITTEN = {
    "date": "a date written yyyy-mm-dd",
    "date_uk": "a date written dd/mm/yyyy",
    "integer": "a whole number",
    "numeric": "a number",
}
IDENTIFIERS = {
    "upn": ("is_upn", "a UPN with the right check letter"),
    "nhs_number": ("is_nhs_number", "an NHS number with the right check digit, its digits not all alike"),
    "uln": ("is_uln", "a ULN of ten digits, not all alike"),
}
ROWS_QUERY = "unexpected_rows_expectation"
QUERY = "unexpected_rows_query"
PARENT_RULE = "parent_row_is_accepted"
DOCS_SITE = "data_owners"
# How many rows that break a rule are named to the supplier.
ROWS_NAMED = 20
Report = Callable[[str], None]


class GateError(RuntimeError):
    """The gate itself failed, or the marts did not pass; the message holds rules and counts only."""


@dataclass(frozen=True)
class Verdict:
    """What came of one rule: rows looked at, rows that break it, the query that finds these, and the first of them."""

    number: int
    rule: Rule
    evaluated: int
    unexpected: int
    query: str | None
    rows: tuple[int, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether no row breaks the rule."""
        return self.unexpected == 0


def check(delivery, sources: list[Contract], report: Report = print) -> str:
    """Judge one loaded delivery; returns `accepted` or `refused`.

    Rows that break a rule go to quarantine with all their reasons, and their children with them; the ledger keeps
    rows read = loaded + quarantined. Raises GateError when a rule could not be evaluated.
    """
    verdicts = judge(delivery, sources)
    with warehouse.engine().begin() as connection:
        return _settle(connection, delivery, sources, verdicts, report)


def check_marts(schema: str, build_id: int, report: Report = print) -> int:
    """Judge the marts of a build by `expectations/marts/*.yml`; returns the number of rules.

    Writes `ops.check` and then raises GateError when a rule with `on_failure: stop` is broken.
    """
    expectations = mart_expectations()
    verdicts = {
        table: (owner, _validate(schema, table, f"{schema}.{table}.{build_id}", _within(schema, rules), keys=[]))
        for table, (owner, rules) in expectations.items()
    }
    with warehouse.engine().begin() as connection:
        for table, (_, found) in verdicts.items():
            _write_checks(connection, "build_id", build_id, table, found)
    stopped = []
    for table, (owner, found) in verdicts.items():
        broken = [verdict for verdict in found if not verdict.passed]
        if broken:
            report(_message(f"{table} of build {build_id}", found, broken, owner))
        stopped += [f"{table}: {v.rule.because} ({v.unexpected} rows)" for v in broken if v.rule.on_failure == "stop"]
    if stopped:
        raise GateError("the marts do not pass: " + "; ".join(stopped))
    return sum(len(found) for _, found in verdicts.values())


def _within(schema, rules):
    """The rules with `{schema}` in their queries filled in: a mart may be compared with its neighbours."""
    return tuple(_filled_in(rule, {"schema": schema}) for rule in rules)


def _filled_in(rule, names):
    """A rule with `{name}` in its query replaced."""
    query = rule.arguments.get(QUERY, "")
    for name, text in names.items():
        query = query.replace(f"{{{name}}}", text)
    return dataclasses.replace(rule, arguments={**rule.arguments, QUERY: query}) if query else rule


@cache
def mart_expectations() -> dict[str, tuple[str, tuple[Rule, ...]]]:
    """{table: (owner, rules)} from `expectations/marts/*.yml`. Raises ContractError."""
    found = {}
    for path in sorted((Path(settings().contracts_dir) / "marts").glob("*.yml")):
        given = yaml.safe_load(path.read_text())
        try:
            rules = tuple(contracting.rule_from(rule, number) for number, rule in enumerate(given["rules"], start=1))
            found[given["table"]] = (given["owner"], rules)
        except (KeyError, contracting.ContractError) as error:
            raise contracting.ContractError(f"{path.name}: {error}") from None
    return found


# --- rules ------------------------------------------------------------------------------------------------------------


def rules_of(contract: Contract, month: date | None = None) -> tuple[Rule, ...]:
    """All rules of a source in the order of their numbers: those its columns imply, then the explicit ones.

    Code lists are those of the month; without one, of all times.
    """
    implied = [rule for column in contract.columns for rule in _rules_of_column(column, month)]
    return (*implied, *contract.rules)


def _rules_of_column(column: Column, month: date | None) -> list[Rule]:
    rules = []
    if column.required:
        # What cannot be read is there; the rule of its type says so.
        sent = f"{column.name}_sent" if column.type in READ_AS else column.name
        rules.append(_rule(column, "must be given", "expect_column_values_to_not_be_null", {"column": sent}, None))
    if column.type in READ_AS:
        unread = f"{column.name}_sent is not null and {column.name} is null"
        rules.append(_rule(column, f"must be {WRITTEN[column.type]}", ROWS_QUERY, _rows(unread), "~"))
    if column.type in IDENTIFIERS:
        function, meaning = IDENTIFIERS[column.type]
        rules.append(_rule(column, f"must be {meaning}", ROWS_QUERY, _rows(f"not ops.{function}({column.name})"), "~"))
    if column.codes:
        allowed = {"column": column.name, "value_set": list(codes(column.codes, month))}
        must = f"must be a code of the list {column.codes}"
        rules.append(_rule(column, must, "expect_column_values_to_be_in_set", allowed, "~"))
    return rules


def _rule(column, must, expect, arguments, refused):
    return Rule(f"{column.name} {must}", expect, arguments, {column.name: refused}, column.on_failure)


def _rows(condition):
    return {"unexpected_rows_query": f"select row_number from {{batch}} where {condition}"}


@cache
def codes(name: str, month: date | None = None) -> tuple[str, ...]:
    """Codes of a list that are valid in a month (None: at any time), from the seed that dbt reads too.

    Raises ContractError when there is no such seed.
    """
    try:
        listed = seeds.rows("codes", name)
    except seeds.NoSuchSeedError as error:
        raise contracting.ContractError(f"there is no code list {error}") from None
    return tuple(line["code"] for line in listed if month is None or _is_valid(line, month))


def _is_valid(line, month):
    """Whether a code may be used in a month; an empty date is no limit. Dates of a seed sort as text."""
    first, last = (month.replace(day=day).isoformat() for day in (1, monthrange(month.year, month.month)[1]))
    return line["valid_from"] <= last and (not line["valid_to"] or line["valid_to"] >= first)


# --- Great Expectations -----------------------------------------------------------------------------------------------


@cache
def _great_expectations():
    """The library, imported once, with its telemetry off."""
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    import great_expectations
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return great_expectations, context


@cache
def _datasource(url: str):
    """The warehouse as Great Expectations sees it; one for the life of the process."""
    _, context = _great_expectations()
    # A dollar sign in a password would be read as a variable.
    return context.data_sources.add_or_update_postgres("warehouse", connection_string=url.replace("$", r"\$"))


def judge(delivery, sources: list[Contract]) -> dict[str, list[Verdict]]:
    """{source: verdicts by number of rule}; leaves a table of typed rows of each source for their queries."""
    with warehouse.engine().begin() as connection:
        for contract in sources:
            _run(connection, _checking_table(delivery, contract))
    verdicts = {}
    for contract in sources:
        table, rules = checking_name(delivery, contract), _beside(delivery, rules_of(contract, delivery.month))
        verdicts[contract.source] = _validate("quarantine", table, table, rules, keys=["row_number"])
    return verdicts


def _beside(delivery, rules):
    """The rules with the other tables of the delivery in their queries: a row may be held against its neighbours."""
    return tuple(
        _filled_in(rule, {source: f"quarantine.{_checking(delivery, source)}" for source in rule.neighbours})
        for rule in rules
    )


def _validate(schema, table, name, rules, keys):
    """Verdicts of Great Expectations on a table, in the order of the rules' numbers."""
    source = _datasource(warehouse.url().render_as_string(hide_password=False))
    asset = source.add_table_asset(name, table_name=table, schema_name=schema)
    try:
        batch = asset.add_batch_definition_whole_table("whole table").get_batch()
        suite = _suite(name, rules)
        wanted = RESULT_FORMAT if keys else {**RESULT_FORMAT, "return_unexpected_index_query": False}
        results = batch.validate(suite, result_format=wanted).results
    finally:
        source.delete_asset(name)
    found = {result.expectation_config.meta["number"]: result for result in results}
    return [_verdict(number, rule, found[number], table) for number, rule in enumerate(rules, start=1)]


def _suite(name, rules):
    library, _ = _great_expectations()
    suite = library.ExpectationSuite(name=name)
    for number, rule in enumerate(rules, start=1):
        suite.add_expectation(_expectation(number, rule))
    return suite


def _expectation(number, rule):
    """Great Expectations' own class by its own name, with the rule's number and reason for a label."""
    from great_expectations import expectations

    kind = getattr(expectations, "".join(word.capitalize() for word in rule.expect.split("_")), None)
    if kind is None:
        raise GateError(f"Great Expectations has no {rule.expect}")
    return kind(**rule.arguments, meta={"number": number}, description=rule.because)


def _verdict(number, rule, result, table):
    if any(info.get("raised_exception") for info in _exceptions(result)):
        raise GateError(f"{table}: the rule could not be evaluated: {rule.because}")
    counts = result.result
    if rule.expect == ROWS_QUERY:
        unexpected = counts["observed_value"]
        query = rule.arguments["unexpected_rows_query"]
    else:
        # A rule on the table as a whole counts no rows; over no rows at all every count is missing.
        unexpected = counts.get("unexpected_count") or int(not result.success)
        query = counts.get("unexpected_index_query")
    return Verdict(number, rule, counts.get("element_count") or 0, unexpected, query)


def _exceptions(result):
    """Great Expectations gives one exception info, or a mapping of them by metric."""
    info = result.exception_info or {}
    return [info] if "raised_exception" in info else [each for each in info.values() if isinstance(each, dict)]


# --- quarantine -------------------------------------------------------------------------------------------------------


def _settle(connection, delivery, sources, verdicts, report):
    """Write down the verdicts, move refused rows, and accept or refuse the delivery; all or nothing."""
    from send_data import landing

    landing.lock_feed(connection, delivery.feed)
    _run(connection, _REFUSED_ROWS)
    for contract in _parents_first(sources):
        for verdict in verdicts[contract.source]:
            if verdict.rule.on_failure == "quarantine" and not verdict.passed:
                _refuse_rows(connection, delivery, contract, verdict)
        if contract.parent:
            verdicts[contract.source].append(_refuse_children(connection, delivery, contract, verdicts))
    for contract in sources:
        found = [_with_rows(connection, delivery, contract, verdict) for verdict in verdicts[contract.source]]
        read = _quarantine(connection, delivery, contract)
        found = [_with_count(verdict, read) for verdict in found]
        _write_checks(connection, "delivery_id", delivery.delivery_id, contract.source, found)
        broken = [verdict for verdict in found if not verdict.passed]
        if broken:
            report(_message(_subject(delivery, contract), found, broken, contract.owner))
    for contract in sources:
        # Rules of one table may look at another: none goes before all are done.
        _run(connection, f"drop table quarantine.{checking_name(delivery, contract)}")
    reason = _reason_to_refuse(connection, delivery, sources, verdicts)
    status = "refused" if reason else "accepted"
    if status == "accepted":
        _count_changes(connection, delivery, sources)
    landing.set_status(connection, delivery.delivery_id, status, reason)
    report(f"{status}: {reason or delivery.file_name}")
    return status


_REFUSED_ROWS = """
    create temporary table refused_rows (source text, row_number integer, rule_number integer, because text)
    on commit drop
"""


def _refuse_rows(connection, delivery, contract, verdict):
    """Rows that break one rule, found by the query that Great Expectations counted with; the counts must agree."""
    if verdict.query is None:
        raise GateError(f"{contract.source}: {verdict.rule.expect} names no rows, so it cannot quarantine any")
    query = rows_query(verdict, checking_name(delivery, contract))
    because = verdict.rule.because.replace("'", "''")
    moved = _run(
        connection,
        f"insert into refused_rows select '{contract.source}', row_number, {verdict.number}, '{because}'"
        f" from ({query}) as broken",
    )
    if moved != verdict.unexpected:
        raise GateError(
            f"{contract.source}: {verdict.unexpected} rows break a rule and {moved} were found: {verdict.rule.because}"
        )


def rows_query(verdict: Verdict, table: str) -> str:
    """The query that gives `row_number` of the rows that break a rule, over a table of typed rows."""
    return verdict.query.replace("{batch}", f"quarantine.{table}").rstrip().rstrip(";")


def _refuse_children(connection, delivery, contract, verdicts):
    """Rows whose parent row is refused; the verdict on them stands after the contract's own rules."""
    parent = contract.parent
    because = f"its {parent.called} was quarantined"
    number = len(verdicts[contract.source]) + 1
    refused = _run(
        connection,
        f"""
        insert into refused_rows
        select '{contract.source}', child.row_number, {number}, '{because}'
        from raw.{contract.source} as child
        inner join raw.{parent.source} as parent
            on child.delivery_id = parent.delivery_id and child.{parent.key} = parent.{parent.key}
        where child.delivery_id = {delivery.delivery_id} and parent.row_number in (
            select row_number from refused_rows where source = '{parent.source}'
        )
        """,
    )
    rule = Rule(because, PARENT_RULE, {}, None, "quarantine")
    return Verdict(number, rule, 0, refused, None)


def _quarantine(connection, delivery, contract):
    """Move the refused rows of a table from raw to quarantine; returns the number of rows read."""
    columns = ", ".join(("delivery_id", "row_number", *contract.column_names))
    moved = _run(
        connection,
        f"""
        with refused as (
            select row_number, array_agg(because order by rule_number) as reasons
            from refused_rows where source = '{contract.source}' group by row_number
        ), removed as (
            delete from raw.{contract.source} as sent using refused
            where sent.delivery_id = {delivery.delivery_id} and sent.row_number = refused.row_number
            returning sent.*, refused.reasons
        )
        insert into quarantine.{contract.source} ({columns}, reasons)
        select {columns}, reasons from removed
        """,
    )
    statement = """
        update ops.load set rows_quarantined = :moved, rows_loaded = rows_read - :moved
        where delivery_id = :id and source = :source returning rows_read
    """
    values = {"moved": moved, "id": delivery.delivery_id, "source": contract.source}
    return connection.execute(sa.text(statement), values).scalar_one()


def _parents_first(sources):
    """The sources in an order in which a parent's rows are refused before its children's."""
    known = {contract.source: contract for contract in sources}

    def depth(contract):
        return 0 if contract.parent is None else 1 + depth(known[contract.parent.source])

    return sorted(sources, key=depth)


def _reason_to_refuse(connection, delivery, sources, verdicts):
    """Why the delivery cannot be used, or None: a broken rule that stops it, or too many rows refused."""
    query = "select source, rows_read, rows_quarantined from ops.load where delivery_id = :id"
    loads = {row.source: row for row in connection.execute(sa.text(query), {"id": delivery.delivery_id})}
    for contract in sources:
        for verdict in verdicts[contract.source]:
            if verdict.rule.on_failure == "stop" and not verdict.passed:
                return f"{_subject(delivery, contract)}: {verdict.rule.because}; ask {contract.owner}"
        load = loads[contract.source]
        if load.rows_quarantined > contract.quarantine_at_most * load.rows_read:
            return (
                f"{_subject(delivery, contract)}: {load.rows_quarantined} of {load.rows_read} rows break a rule,"
                f" too many to use the rest; ask {contract.owner}"
            )
    return None


def _with_count(verdict, read):
    """Expectations that count no elements looked at every row."""
    return verdict if verdict.evaluated else dataclasses.replace(verdict, evaluated=read)


def _with_rows(connection, delivery, contract, verdict):
    """The verdict with the first rows that break its rule, for whoever has to put them right."""
    if verdict.passed:
        return verdict
    if verdict.query is not None:
        broken = rows_query(verdict, checking_name(delivery, contract))
    elif verdict.rule.expect == PARENT_RULE:
        of_rule = f"source = '{contract.source}' and rule_number = {verdict.number}"
        broken = f"select row_number from refused_rows where {of_rule}"
    else:
        return verdict
    with connection.connection.cursor() as cursor:
        cursor.execute(f"select row_number from ({broken}) as broken order by row_number limit {ROWS_NAMED}")
        return dataclasses.replace(verdict, rows=tuple(row for (row,) in cursor.fetchall()))


def _count_changes(connection, delivery, sources):
    """How the rows differ from those of the accepted delivery before it for the same month, when there is one."""
    query = """
        select max(delivery_id) from ops.delivery
        where la_code = :la and feed = :feed and month = :month and status = 'accepted' and delivery_id < :id
    """
    values = {"la": settings().la_code, "feed": delivery.feed, "month": delivery.month, "id": delivery.delivery_id}
    before = connection.execute(sa.text(query), values).scalar()
    if before is None:
        return
    now = delivery.delivery_id
    for contract in sources:
        # Numbers that the reader gives by place change when a row is put in before them.
        columns = ", ".join(column.name for column in contract.columns if not column.is_place)
        rows_of = f"select {columns} from raw.{contract.source} where delivery_id ="
        _run(
            connection,
            f"""
            update ops.load set
                rows_added = (select count(*) from ({rows_of} {now} except all {rows_of} {before}) as added),
                rows_removed = (select count(*) from ({rows_of} {before} except all {rows_of} {now}) as removed)
            where delivery_id = {now} and source = '{contract.source}'
            """,
        )


def checking_name(delivery, contract: Contract) -> str:
    """Name of the table of typed rows, in `quarantine` while the delivery is judged."""
    return _checking(delivery, contract.source)


def _checking(delivery, source):
    return f"checking_{delivery.delivery_id}_{source}"


def _checking_table(delivery, contract):
    """A table of the delivery's rows with columns read as what they should be, `<column>_sent` beside them, and the
    month the delivery is for, so that a rule may speak of it."""
    name = checking_name(delivery, contract)
    columns = ["row_number", f"cast('{delivery.month}' as date) as delivery_month"]
    for column in contract.columns:
        if column.type in READ_AS:
            read = f"ops.{READ_AS[column.type]}({column.name})"
            columns += [f"{read} as {column.name}", f"{column.name} as {column.name}_sent"]
        elif column.type in IDENTIFIERS:
            # Blanks, hyphens and small letters are no fault in an identifier; linkage passes over them too.
            bare = f"regexp_replace(normalize({column.name}, nfkc), '[^0-9A-Za-z]', '', 'g')"
            columns.append(f"upper({bare}) as {column.name}")
        else:
            columns.append(column.name)
    return (
        f"drop table if exists quarantine.{name}; create unlogged table quarantine.{name} as"
        f" select {', '.join(columns)} from raw.{contract.source} where delivery_id = {delivery.delivery_id}"
    )


def _run(connection, statement):
    """Run a statement as it stands (rules may hold percent signs); returns the number of rows it touched."""
    with connection.connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.rowcount


# --- what people read -------------------------------------------------------------------------------------------------


def _subject(delivery, contract):
    return f"{contract.source} delivery {delivery.month:%Y-%m} ({delivery.file_name})"


def _message(subject, verdicts, broken, owner):
    """The rules that were broken, with counts and the person to ask."""
    done = {"quarantine": "quarantined", "stop": "and the delivery stopped", "warn": "kept"}
    lines = [f"{subject} broke {len(broken)} of {len(verdicts)} expectations; ask {owner}"]
    for verdict in broken:
        rows = "1 row" if verdict.unexpected == 1 else f"{verdict.unexpected} rows"
        lines.append(f"  - {verdict.rule.because} ({rows} {done[verdict.rule.on_failure]})")
    return "\n".join(lines)


def _write_checks(connection, of, identity, subject, verdicts):
    """One line in `ops.check` per rule; `of` is delivery_id or build_id. Judged again, the line is renewed."""
    other = "build_id" if of == "delivery_id" else "delivery_id"
    statement = f"""
        insert into ops.check ({of}, {other}, subject, rule_number, because, expectation, on_failure,
            evaluated_count, unexpected_count, row_numbers, passed)
        values (:identity, null, :subject, :number, :because, :expectation, :on_failure,
            :evaluated, :unexpected, :rows, :passed)
        on conflict (delivery_id, build_id, subject, rule_number) do update set
            because = excluded.because, expectation = excluded.expectation, on_failure = excluded.on_failure,
            evaluated_count = excluded.evaluated_count, unexpected_count = excluded.unexpected_count,
            row_numbers = excluded.row_numbers,
            passed = excluded.passed
    """
    rows = [
        {
            "identity": identity, "subject": subject, "number": verdict.number, "because": verdict.rule.because,
            "expectation": verdict.rule.expect, "on_failure": verdict.rule.on_failure,
            "evaluated": verdict.evaluated, "unexpected": verdict.unexpected, "rows": list(verdict.rows),
            "passed": verdict.passed,
        }
        for verdict in verdicts
    ]  # fmt: skip
    connection.execute(sa.text(statement), rows)


def build_data_docs() -> Path:
    """Write Great Expectations' own pages for data owners: the latest delivery of each source, the latest build.

    The pages are made anew from the counts in `ops.check` and the contracts, so that no value can stand in them.
    """
    library, context = _great_expectations()
    folder = Path(settings().data_docs_dir)
    _empty_docs(context, folder)
    _docs_site(context, folder)
    for subject, checks in _latest_checks().items():
        rules = _rules_by_subject(subject)
        results = [_kept_result(library, check, rules) for check in checks]
        _keep_for_docs(library, context, subject, checks[0], results)
    context.build_data_docs(site_names=[DOCS_SITE])
    return folder


def _empty_docs(context, folder):
    """Forget the pages and results of an earlier call, in this process or another."""
    for part in ("expectations", "validations"):
        shutil.rmtree(folder / part, ignore_errors=True)
    for key in context.validation_results_store.list_keys():
        context.validation_results_store.remove_key(key)
    for suite in list(context.suites.all()):
        context.suites.delete(suite.name)


def _docs_site(context, folder):
    """One site of static pages in `folder`, and none of the defaults."""
    for name in context.get_site_names():
        context.delete_data_docs_site(name)
    backend = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)}
    index = {"class_name": "DefaultSiteIndexBuilder"}
    context.add_data_docs_site(
        DOCS_SITE, {"class_name": "SiteBuilder", "site_index_builder": index, "store_backend": backend}
    )


def _latest_checks():
    """{subject: its checks}, each with the name and time of the run: the latest delivery or build that has any."""
    query = """
        select c.*, coalesce('delivery of ' || to_char(d.month, 'YYYY-MM'), 'build ' || b.build_id) as run,
            coalesce(d.received_at, b.known_at) as happened_at
        from ops.check as c
        left join ops.delivery as d on c.delivery_id = d.delivery_id
        left join ops.build as b on c.build_id = b.build_id
        where coalesce(d.la_code, b.la_code) = :la and c.check_id in (
            select l.check_id from (
                select check_id, rank() over (
                    partition by subject order by delivery_id desc nulls last, build_id desc
                ) as place from ops.check
            ) as l where l.place = 1
        )
        order by c.subject, c.rule_number
    """
    found = {}
    with warehouse.engine().connect() as connection:
        for row in connection.execute(sa.text(query), {"la": settings().la_code}):
            found.setdefault(row.subject, []).append(row)
    return found


def _rules_by_subject(subject):
    """{(number, because): rule} of a source or mart; a rule that has changed since is shown by its words alone."""
    sources = contracting.source_contracts()
    rules = rules_of(sources[subject]) if subject in sources else mart_expectations().get(subject, ("", ()))[1]
    return {(number, rule.because): rule for number, rule in enumerate(rules, start=1)}


def _kept_result(library, check, rules):
    """A check of the ledger in the library's own form."""
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    rule = rules.get((check.rule_number, check.because))
    configuration = ExpectationConfiguration(
        type=rule.expect if rule else ROWS_QUERY,
        kwargs=rule.arguments if rule else {"unexpected_rows_query": f"{{batch}}: {check.because}"},
        meta={"number": check.rule_number},
        description=check.because,
    )
    counts = {
        "element_count": check.evaluated_count,
        "unexpected_count": check.unexpected_count,
        "unexpected_percent": 100 * check.unexpected_count / max(check.evaluated_count, 1),
        "observed_value": check.unexpected_count,
    }
    unraised = {"raised_exception": False, "exception_message": None, "exception_traceback": None}
    return library.core.ExpectationValidationResult(
        success=check.passed, expectation_config=configuration, result=counts, exception_info=unraised
    )


def _keep_for_docs(library, context, subject, first, results):
    """Give a subject's results and rules to the library's stores, from which it writes its pages."""
    from great_expectations.core.run_identifier import RunIdentifier
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )

    suite = library.ExpectationSuite(name=subject)
    for result in results:
        suite.add_expectation(result.expectation_config.to_domain_obj())
    context.suites.add_or_update(suite)
    run = RunIdentifier(run_name=first.run, run_time=first.happened_at)
    passed = sum(result.success for result in results)
    judged = library.core.ExpectationSuiteValidationResult(
        success=passed == len(results), results=results, suite_name=subject,
        statistics={
            "evaluated_expectations": len(results), "successful_expectations": passed,
            "unsuccessful_expectations": len(results) - passed, "success_percent": 100 * passed / len(results),
        },
        meta={
            "run_id": run, "great_expectations_version": library.__version__, "active_batch_definition": {},
            "validation_time": first.happened_at,
        },
    )  # fmt: skip
    key = ValidationResultIdentifier(ExpectationSuiteIdentifier(subject), run, subject)
    context.validation_results_store.set(key, judged)
