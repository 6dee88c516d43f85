"""`send`: the project's command line. Each command says what it does and where its result stands."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from send_data import ledger, warehouse

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
people_app = typer.Typer(help="Who is one child with whom: counts, the review queue, a person's decisions.")
app.add_typer(people_app, name="people")
lists_app = typer.Typer(
    no_args_is_help=True, help="Lists with children's names: locked, in the outbox, and every one of them logged."
)
app.add_typer(lists_app, name="lists")
# A handle of its own on the terminal: what libraries print can be sent to a log while progress still shows.
console = Console(file=os.fdopen(os.dup(1), "w", buffering=1))

MonthArgument = Annotated[str, typer.Argument(help="Reporting month, YYYY-MM")]
Key = Annotated[str, typer.Argument(help="A person's key, as `send people review` shows it")]
By = Annotated[str, typer.Option(help="Who decides: kept with the decision")]
At = Annotated[str, typer.Option(help="When it was decided (ISO date and time)")]
KnownAt = Annotated[str | None, typer.Option(help="Leave out deliveries received later (ISO date and time)")]


@app.command()
def demo(
    months: Annotated[str, typer.Option(help="Reporting months, comma-separated")] = "2026-09,2026-10",
    small: Annotated[bool, typer.Option(help="The hand-readable borough of about 30 children")] = False,
) -> None:
    """Make the made-up borough's deliveries and run the DAGs through Airflow for each month."""
    from send_cli import demo as demonstration

    demonstration.run(months.split(","), small=small, stage=_stage, say=console.print)


@app.command()
def land(month: Annotated[str | None, typer.Argument(help="Only this month; else all that waits")] = None) -> None:
    """Fetch, load and check what has been delivered. The same file twice is a no-op."""
    _ready()
    from send_data import landing

    with _stage("fetch, load and check"):
        landing.land(month, console.print)
    sources(month)


@app.command()
def build(month: Annotated[str, typer.Option(help="Reporting month, YYYY-MM")], known_at: KnownAt = None) -> None:
    """Build, check and swap in the marts of a month, as known at a moment. A past month leaves the live marts alone."""
    _ready()
    from send_data import build as building
    from send_data import evidence, gate, identity

    with _stage("link people"):
        identity.link_people()
    opened = ledger.open_build(month, _moment(known_at))
    with _stage("dbt build"):
        building.run_dbt(opened)
    with _stage("check the marts"):
        gate.check_marts(building.NEXT_SCHEMA, opened.build_id)
    with _stage("swap in"):
        evidence.require(evidence.missing_from_build(opened.build_id), "the build")
        schema = building.promote(opened)
    console.print(f"{month} as known at {opened.known_at:%Y-%m-%d %H:%M} stands in schema {schema}")


@app.command()
def paper(
    month: Annotated[str | None, typer.Argument(help="Reporting month, YYYY-MM")] = None,
    known_at: KnownAt = None,
    edition: Annotated[int | None, typer.Option(help="Only write this edition once more")] = None,
    into: Annotated[Path | None, typer.Option(help="With --edition: a new folder, for one that was replaced")] = None,
) -> None:
    """Freeze a month's edition and write its paper and dashboard. Frozen before, it is only written again.

    Any earlier edition comes out again with `--edition N --into FOLDER`.
    """
    _ready()
    from send_data import editions, outputs

    if (month is None) == (edition is None) or (into is not None and edition is None):
        raise typer.BadParameter("name a month, or --edition N and, if it was replaced, --into FOLDER")
    if edition is not None:
        _write_papers(lambda: outputs.write_again(edition, into))
        return
    with _stage("freeze the edition"):
        edition_id = editions.freeze(month, _moment(known_at))
    _write_papers(lambda: outputs.write(edition_id))


@app.command()
def approve(
    month: MonthArgument, by: Annotated[str, typer.Option(help='Who approves, as "NAME, ROLE"; the role is printed')]
) -> None:
    """Approve the newest edition of a month for the Board, write its papers so, and tell the Board's list.

    From then on only `send correct` replaces it.
    """
    _ready()
    from send_data import approval, outputs

    edition_id = approval.approve(month, by)
    console.print(f"edition {edition_id} of {month} is approved")
    _write_papers(lambda: outputs.write(edition_id))
    _tell()


@app.command()
def correct(
    month: MonthArgument,
    because: Annotated[str, typer.Option(help="Why, in words that are printed: name no child")],
    what: Annotated[list[str] | None, typer.Option(help="A measure that is meant; may be given several times")] = None,
    known_at: KnownAt = None,
) -> None:
    """Correct an approved month: freeze a new edition, a draft, that says what it corrects and why.

    With --what it is refused when other measures differ from the approved edition than those named.
    """
    _ready()
    from send_data import editions, outputs
    from send_data.corrections import Correction

    with _stage("freeze the correction"):
        edition_id = editions.freeze(month, _moment(known_at), correction=Correction(because, tuple(what or ())))
    console.print(f"edition {edition_id} corrects {month}; it is a draft until `send approve {month}`")
    _write_papers(lambda: outputs.write(edition_id))
    _tell()


@app.command()
def tell() -> None:
    """Send the messages that are due and were not sent: editions that are ready, deliveries late, refused or broken."""
    _ready()
    _tell()


@app.command()
def sources(month: Annotated[str | None, typer.Argument(help="Reporting month; else the newest")] = None) -> None:
    """What came when, what was refused or quarantined, and what is late."""
    _ready()
    from send_data import landing, notify

    table = Table("source", "month", "received", "state", "read", "loaded", "quarantined", box=None, pad_edge=False)
    for column in table.columns:
        column.no_wrap = True
    problems = []
    for source, owner, came_for, received, state, read, loaded, quarantined, failed in landing.sources(month):
        word, _, reason = state.partition(": ")
        shown = (source, came_for, received and f"{received:%d %b}", word, read, loaded, quarantined)
        table.add_row(*["" if value is None else str(value) for value in shown])
        if word in ("refused", "late"):
            problems.append(f"{source} is {word}: {reason or 'nothing has come'}; ask {owner}")
        elif failed:
            rules, rows = "rule" if failed == 1 else "rules", "row" if quarantined == 1 else "rows"
            problems.append(f"{source}: {failed} {rules} broken, {quarantined} {rows} quarantined; ask {owner}")
    problems += [f"{feed} was not fetched: {why}; ask {asked}" for feed, why, asked in landing.not_fetched()]
    problems += notify.not_told()
    console.print(table)
    for problem in problems:
        console.print(f"  - {problem}", soft_wrap=True)


@people_app.callback(invoke_without_command=True)
def people(context: typer.Context) -> None:
    """What was linked by likelihood, what waits, and how much of each source is known elsewhere (at the last build)."""
    if context.invoked_subcommand:
        return
    _ready()
    from send_data import identity

    counts = identity.outcomes()
    console.print(
        f"{counts['linked']} linked by likelihood, {counts['waiting']} waiting for a decision, "
        f"{counts['same']} decided to be the same and {counts['different']} different"
    )
    table = Table("source", "month", "children", "known elsewhere", "by likelihood", box=None, pad_edge=False)
    for source, month, children, matched, likely in identity.match_rates():
        table.add_row(source, f"{month:%Y-%m}", str(children), f"{matched / children:.1%}", str(likely))
    console.print(table)


@people_app.command()
def review() -> None:
    """The review queue: pairs of keys that may be one child, why, and which sources name them. No value is shown."""
    _ready()
    from send_data import identity

    queue = identity.review_queue()
    for pair in queue:
        console.print(f"{pair.one} {pair.other} {pair.score:.4f}: {'; '.join(pair.words)}", soft_wrap=True)
        for key, named in ((pair.one, pair.one_sources), (pair.other, pair.other_sources)):
            console.print(f"  {key}: {', '.join(named)}", soft_wrap=True)
    console.print(f"{len(queue)} pairs wait; say which with `send people decide`")


@people_app.command()
def decide(
    one: Key, other: Key, verdict: Annotated[str, typer.Argument(help="same or different")], by: By, at: At
) -> None:
    """Keep a person's decision on two keys: it wins over every later link. The next build counts by it."""
    _ready()
    from send_data import identity

    kept = identity.decide(one, other, verdict, by, _moment(at))
    console.print(f"kept as {verdict}; {one} is now {kept}", soft_wrap=True)


@people_app.command()
def undo(key: Key, by: By, at: At) -> None:
    """Take apart what was linked to a key by likelihood or decision, and keep it apart."""
    _ready()
    from send_data import identity

    keys = identity.undo(key, by, _moment(at))
    console.print(f"{key} is {len(keys)} children again: {', '.join(keys)}", soft_wrap=True)


@people_app.command(hidden=True)
def train() -> None:
    """Train scored linkage on the made-up borough anew and keep its model in the repository."""
    from send_cli import trial
    from send_data import linkage

    linkage.write_model(trial.train())
    console.print(str(linkage.MODEL), soft_wrap=True)


@app.command()
def trace(
    measure: Annotated[str | None, typer.Argument(help="A measure of the catalogue")] = None,
    month: Annotated[str | None, typer.Argument(help="The month of the figure, YYYY-MM")] = None,
    edition: Annotated[int | None, typer.Option(help="The edition that prints it; else the newest")] = None,
    person: Annotated[str | None, typer.Option(help="A child's key instead, as `send people review` shows it")] = None,
    reason: Annotated[str | None, typer.Option(help="Why the child is traced: kept in ops.trace_log")] = None,
) -> None:
    """From a published figure back to models, checks and files; with --person, where one child's records count."""
    if (person is None) == (measure is None or month is None):
        raise typer.BadParameter("name a measure and a month, or --person with --reason")
    _ready()
    from send_data import trace as tracing

    found = tracing.figure(measure, month, edition) if person is None else tracing.person(person, reason or "")
    console.print(tracing.text(found), markup=False, highlight=False, soft_wrap=True)


@lists_app.command()
def reviews(
    month: Annotated[str | None, typer.Option(help="Month of the last build, YYYY-MM; else whichever that is")] = None,
    term: Annotated[str | None, typer.Option(help="As 2026-27-spring; else the first that begins after it")] = None,
) -> None:
    """For each school, college and other setting: the learners whose annual review falls due in the term."""
    _ready()
    from send_data import lists, outbox

    with _stage("make the lists"):
        made = lists.make(month, term)
    lines = lists.written(made)
    folder = f"{outbox.where()}/{lists.FOLDER}/{made}"
    console.print(f"{len(lists.lines_of_settings(lines))} settings and the SEN team: {folder}", soft_wrap=True)
    console.print("passwords: send lists password SETTING; upload: send lists send " + made)


@lists_app.command("send")
def send_lists(term: Annotated[str, typer.Argument(help="As 2026-27-spring")]) -> None:
    """Upload the lists of a term that were not sent yet to the connection lists_sftp."""
    _ready()
    from send_data import lists, outbox

    if not outbox.may_send():
        console.print(
            f"connection {outbox.CONNECTION} is not set up: the lists stay in {outbox.where()}", soft_wrap=True
        )
        return
    with _stage("upload"):
        count = lists.send(term)
    console.print(f"{count} files sent")


@lists_app.command("annex-a")
def inspection(on: Annotated[datetime, typer.Option(help="The day, YYYY-MM-DD", formats=["%Y-%m-%d"])]) -> None:
    """Annex A list 1 (EHC plans) and list 2 (SEN support), as an inspection asks for them, as at a day."""
    _ready()
    from send_data import annex_a, outbox

    with _stage("make the lists"):
        path = annex_a.make(on.date())
    console.print(f"{outbox.where()}/{path}\npassword: send lists password {annex_a.LIST}", soft_wrap=True)


@lists_app.command()
def password(setting: Annotated[str, typer.Argument(help="URN, UKPRN, sen-team or annex_a")]) -> None:
    """The password of a setting's lists, to be told by another way than the file: never both by e-mail."""
    from send_data import outbox

    print(outbox.passwords([setting])[setting])


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="The file, or all files of a set", exists=True, dir_okay=False)],
    month: Annotated[str, typer.Option(help="Reporting month it is for, YYYY-MM")],
    source: Annotated[str | None, typer.Option(help="Source, where the name does not tell")] = None,
) -> None:
    """Check a file before it is sent: the report its supplier would get. Nothing is kept, no warehouse is touched."""
    from send_cli import check as checking

    is_good, text = checking.run(files, month, source)
    console.print(text, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(0 if is_good else 1)


@app.command()
def prepare() -> None:
    """Create or bring up to date the warehouse's schemas, roles and tables; every other command does it too."""
    _ready()


@app.command()
def url(
    role: Annotated[str, typer.Option(help="pipeline, bi_reader, board_reader, list_maker")] = "pipeline",
) -> None:
    """The warehouse's connection URL for a role, password included: keep it as you would a key."""
    _ready()
    target = warehouse.url(role).set(drivername="postgresql")
    print(target.render_as_string(hide_password=False))


@app.command()
def up(
    demo: Annotated[bool, typer.Option("--demo", help="With the made-up services' servers beside them")] = False,
) -> None:
    """Start the warehouse and Airflow's UI, scheduler and DAG processor, for people who maintain DAGs."""
    from send_cli import orchestra

    _ready()
    with _stage("start Airflow (about two minutes on two cores)"):
        address = orchestra.up(made_up=demo)
    console.print(f"Airflow: {address}  user admin, password {orchestra.password()}\nstop with: make down")


@app.command()
def down() -> None:
    """Stop what `send up` and `send demo` started: Airflow's parts and the embedded warehouse."""
    from send_cli import orchestra

    stopped = orchestra.down() + (["warehouse"] if warehouse.stop() else [])
    console.print(f"stopped: {', '.join(stopped) or 'nothing was running'}")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def dbt(context: typer.Context, month: Annotated[str, typer.Option(help="Reporting month, YYYY-MM")]) -> None:
    """Call dbt with the project's places and arguments: `send dbt --month 2026-10 test --select fct_measures`."""
    _ready()
    from send_data import build as building

    result = building.invoke_dbt(context.args, building.dbt_vars(ledger.open_build(month)))
    raise typer.Exit(0 if result.success else 1)


@app.command()
def catalogue() -> None:
    """Write docs/catalogue.md from the contracts and the measures."""
    from send_data import catalogue as writing

    writing.path().write_text(writing.text())
    console.print(str(writing.path()), soft_wrap=True)


def _write_papers(write: Callable[[], list[Path]]) -> None:
    """Write them and name those that people open first; a dashboard is some hundreds of files."""
    from send_data import outputs

    with _stage("write paper, dashboard, Easy Read and tables"):
        written = write()
    first = [path for path in written if str(path).endswith(outputs.OPENED_FIRST)]
    for path in first:
        console.print(f"  {path}", soft_wrap=True)
    console.print(f"  and {len(written) - len(first)} files beside them")


def _tell() -> None:
    """Send what is due; whatever could not be sent is said, and tried again the next time."""
    from send_data import notify

    for line in notify.tell():
        console.print(f"  {line}", soft_wrap=True, markup=False, highlight=False)


def _ready() -> None:
    """Warehouse running and prepared, errors of the two shown as a sentence."""
    warehouse.start()
    warehouse.prepare()


def _moment(text: str | None) -> datetime | None:
    """A moment as typed; without an offset it is read as UTC."""
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@contextmanager
def _stage(name: str) -> Iterator[None]:
    """Show a stage while it works, and how long it took."""
    started = time.perf_counter()
    with console.status(name):
        yield
    console.print(f"[green]done[/] {name} [dim]{time.perf_counter() - started:.1f} s[/]")


def main() -> None:
    """Run the command. Errors of our own are written for people and shown as they are; others keep their traceback."""
    try:
        app()
    except Exception as error:
        if not type(error).__module__.startswith(("send_data", "send_cli")):
            raise
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
