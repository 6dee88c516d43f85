"""The macro xmr, run by dbt: every label and icon worked by hand, and hundreds of charts held against a second way."""

import contextlib
import io
import json
import math
import random
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
import sqlalchemy as sa

from send_data import build
from tests.control_charts import LABELS, Point, Rules, chart

COLUMNS = ("series", "at", "value", "segment", "mean", "lower_limit", "upper_limit", "special_cause", "point_type",
           "variation_icon", "assurance_icon")  # fmt: skip
SCHEMA = "xmr_tried"
VARIABLES = {"month": "2026-10", "la_code": "303", "known_at": "2026-11-05T00:00:00+00:00", "measures": ["ehc_plans"]}
CHOICES = {
    "": Rules(),
    "screen_outliers=false": Rules(screen_outliers=False),
    "fix_after=12": Rules(fix_after=12),
    "fix_after=15, screen_outliers=false": Rules(screen_outliers=False, fix_after=15),
    "mdc_2023=true": Rules(screen_outliers=False, mdc_2023=True),
    "mdc_2023=true, fix_after=12": Rules(screen_outliers=False, fix_after=12, mdc_2023=True),
    "mdc_2023=true, screen_outliers=true, fix_after=13": Rules(fix_after=13, mdc_2023=True),
}


def day(number: int) -> date:
    """The first of the n-th month after January 2020."""
    return date(2020 + number // 12, number % 12 + 1, 1)


def points(values, rebases=(), target=None) -> list[Point]:
    exact = [None if v is None else Fraction(str(v)) for v in values]
    held = None if target is None else Fraction(str(target))
    return [Point(day(i), value, i in rebases, held) for i, value in enumerate(exact)]


def show(query: str) -> list[dict]:
    """Rows of a query as `dbt show --inline` gives them."""
    result = build.invoke_dbt(["show", "--log-level", "none", "--limit", "-1", "--inline", query], VARIABLES)
    assert result.success, result.exception
    table = result.result.results[0].agate_table
    return [
        {n: float(v) if isinstance(v, Decimal) else v for n, v in zip(table.column_names, row, strict=True)}
        for row in table.rows
    ]


def refusal(query: str) -> str:
    """What dbt prints of a query that cannot be run."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        assert not build.invoke_dbt(["show", "--inline", query], VARIABLES).success
    return printed.getvalue()


UP, DOWN = "7 Point Trend (Increasing)", "7 Point Trend (Decreasing)"
GOOD, BAD = "special_cause_improvement", "special_cause_concern"
FIXED, NHS, NHS_FIXED = "fix_after=12", "mdc_2023=true", "mdc_2023=true, fix_after=12"


@dataclass(frozen=True)
class Worked:
    """A chart worked by hand. `said` are the labels of its last points, all before are Common Cause; `width` is from
    the mean of the last segment to its limits."""

    values: list
    said: list = field(default_factory=list)
    mean: float | None = 10
    width: float | None = 5.32
    direction: str = "increase"
    target: float | None = None
    options: str = ""
    rebases: tuple = ()
    kind: str = "common_cause"
    variation: str | None = "common_cause"
    assurance: str | None = None


STEADY = [9, 11] * 6  # mean 10, every range 2: limits 10 ± 5.32, two thirds of the way 10 ± 3.5467
LOWER_LAST = STEADY[::-1]
LEAP = [9, 11] * 10 + [31]  # sum 231 of 21; the range of 20 is screened out, those of 2 stay
FALL = [9, 11] * 10 + [-11]
LONG_ABOVE = [*STEADY, 12, 11, 12, 11, 12, 11]
LONG_BELOW = [20 - value for value in LONG_ABOVE]
CLIMB = [9, 9.5, 10, 10.5, 11, 11.5, 12]
FROM_BELOW = [*LOWER_LAST, 1, 2, 3, 4, 5, 6, 7]
FROM_ABOVE = [*STEADY, 13.4, 13, 12.6, 12.2, 11.8, 11.4, 11]
WORKED = {
    "nothing happens": Worked(STEADY),
    "a point leaps": Worked(LEAP, ["Above UCL"], 11, kind=GOOD, variation="improvement_high"),
    "a point leaps, lower is better": Worked(LEAP, ["Above UCL"], 11, 5.32, "decrease", kind=BAD,
                                             variation="concern_high"),
    "a point leaps, no way is better": Worked(LEAP, ["Above UCL"], 11, 5.32, "neutral",
                                              kind="special_cause_neutral_high", variation="neutral_high"),
    "a point leaps, unscreened": Worked(LEAP, ["Above UCL"], 11, 2.66 * 2.9, options="screen_outliers=false",
                                        kind=GOOD, variation="improvement_high"),
    "a point falls": Worked(FALL, ["Below LCL"], 9, kind=BAD, variation="concern_low"),
    "a point falls, lower is better": Worked(FALL, ["Below LCL"], 9, 5.32, "decrease", kind=GOOD,
                                             variation="improvement_low"),
    "a value on the limit is inside": Worked([*STEADY, 15.32], options=FIXED),
    "seven rise": Worked([1, 2, 3, 4, 5, 6, 7], ["Below LCL", *[UP] * 5, "Above UCL"], 4, 2.66, kind=GOOD,
                         variation="improvement_high"),
    "seven fall": Worked([7, 6, 5, 4, 3, 2, 1], ["Above UCL", *[DOWN] * 5, "Below LCL"], 4, 2.66, "neutral",
                         kind="special_cause_neutral_low", variation="neutral_low"),
    "a trend is judged by its direction": Worked([*LOWER_LAST, 9.1, 9.2, 9.3, 9.4, 9.5, 9.6], [UP] * 7, options=FIXED,
                                                 kind=GOOD, variation="improvement_high"),
    "equal neighbours are no trend": Worked([*STEADY, 9, 9.5, 9.5, 10, 10.5, 11, 11.5, 9], options=FIXED),
    "a gap inside a rise is no trend": Worked([*STEADY, 8.5, 9, 9.5, None, 10, 10.5, 11, 11.5], options=FIXED),
    "two trends adjoin": Worked([*STEADY, *CLIMB, *[v - 1 for v in CLIMB]], [UP] * 14, options=FIXED, kind=GOOD,
                                variation="improvement_high"),
    "two trends adjoin on a level": Worked([*STEADY, *CLIMB, *CLIMB[::-1]], [UP] * 7 + [DOWN] * 7, options=FIXED,
                                           kind=BAD, variation="concern_low"),
    "a trend that turns is named for what follows": Worked([*STEADY, *CLIMB, *CLIMB[-2::-1]], [UP] * 6 + [DOWN] * 7,
                                                           options=FIXED, kind=BAD, variation="concern_low"),
    "two in three high": Worked([*STEADY, 14, 12, 14], ["2 in 3 Above CL", None, "2 in 3 Above CL"], options=FIXED,
                                kind=GOOD, variation="improvement_high"),
    "two in three low": Worked([*LOWER_LAST, 6, 8, 6], ["2 in 3 Below CL", None, "2 in 3 Below CL"], options=FIXED,
                               kind=BAD, variation="concern_low"),
    "a point beyond is none of the two": Worked([*STEADY, 16, 12, 14], ["Above UCL", None, None], options=FIXED),
    "seven above": Worked(LONG_ABOVE, ["7 Points Above CL"] * 7, options=FIXED, kind=GOOD,
                          variation="improvement_high"),
    "seven below": Worked(LONG_BELOW, ["7 Points Below CL"] * 7, 10, 5.32, "decrease", options=FIXED, kind=GOOD,
                          variation="improvement_low"),
    "a value on the mean ends a run": Worked([*STEADY, 12, 11, 10, 11, 12, 11, 12], options=FIXED),
    "no rule looks across a rebase": Worked([1, 2, 3, 4, 5, 6, 7], [], 6, 2.66, rebases=(4,)),
    "a target out of reach": Worked(STEADY, target=15.33, assurance="consistent_fail"),
    "a target on the limit": Worked(STEADY, target=15.32, assurance="inconsistent"),
    "a target surpassed": Worked(STEADY, target=4.67, assurance="consistent_pass"),
    "a ceiling kept": Worked(STEADY, [], 10, 5.32, "decrease", 15.33, assurance="consistent_pass"),
    "a ceiling broken": Worked(STEADY, [], 10, 5.32, "decrease", 4.67, assurance="consistent_fail"),
    "a target, no way is better": Worked(STEADY, [], 10, 5.32, "neutral", 15.33),
    "all alike above the target": Worked([5] * 14, [], 5, None, target=4, variation=None, assurance="consistent_pass"),
    "all alike below the target": Worked([5] * 14, [], 5, None, target=6, variation=None, assurance="consistent_fail"),
    "all alike on the target, unscreened": Worked([5] * 14, [], 5, 0, "increase", 5, "screen_outliers=false",
                                                  variation=None, assurance="consistent_pass"),
    "one step": Worked([5] * 10 + [8] * 10, [], 6.5, 0, target=1, variation=None),
    "one point": Worked([5], [], 5, None, target=1, variation=None),
    "a month after a rebase": Worked([*STEADY, 30], [], 30, None, target=1, rebases=(12,), variation=None),
    "no data this month": Worked([*STEADY, None], target=1, variation=None),
    "never any data": Worked([None, None, None], [], None, None, target=1, variation=None),
    "NHS England, twelve points": Worked(STEADY, [], 10, None, target=1, options=NHS, variation=None),
    "NHS England, thirteen points": Worked([*STEADY, 9], [], 129 / 13, 5.32, target=1, options=NHS,
                                           assurance="consistent_pass"),
    "NHS England does not screen": Worked(LEAP, ["Above UCL"], 11, 2.66 * 2.9, options=NHS, kind=GOOD,
                                          variation="improvement_high"),
    "NHS England counts a point beyond": Worked([*STEADY, 16, 12, 14], ["Above UCL", None, "2 in 3 Above CL"],
                                                options=NHS_FIXED, kind=GOOD, variation="improvement_high"),
    "a rise from below the limit": Worked(FROM_BELOW, ["7 Points Below CL", *["Below LCL"] * 4, *[UP] * 3],
                                          options=FIXED, kind=GOOD, variation="improvement_high"),
    "NHS England, a rise from below the limit": Worked(FROM_BELOW, ["7 Points Below CL", *[UP] * 7],
                                                       options=NHS_FIXED, kind=GOOD, variation="improvement_high"),
    "a fall that stays above": Worked(FROM_ABOVE, ["7 Points Above CL", *[DOWN] * 7], options=FIXED, kind=BAD,
                                      variation="concern_low"),
    "NHS England, a fall that stays above": Worked(FROM_ABOVE, ["7 Points Above CL"] * 8, options=NHS_FIXED, kind=GOOD,
                                                   variation="improvement_high"),
}  # fmt: skip


def stretch(draw: random.Random, manner: str, level: int, length: int) -> list[float]:
    """Some points of a process that behaves in one manner."""
    slope = {"level": 0, "rise": draw.choice([0.1, 0.5, 1]), "fall": -1}.get(manner)
    if slope is not None:
        return [level + slope * i for i in range(length)]
    return [draw.randint(-3, 3) + level if manner == "whole" else draw.gauss(level, 2) for _ in range(length)]


def drawn(seed: int) -> tuple[list[Point], str]:
    """A made-up chart: a process with the accidents that the rules are about, and a direction."""
    draw = random.Random(seed)  # noqa: S311 - a sample, not a secret
    values = []
    for _ in range(draw.randint(1, 5)):
        manner = draw.choice(["whole", "whole", "decimal", "decimal", "level", "rise", "fall"])
        values += stretch(draw, manner, draw.choice([0, 10, 50, -20]), draw.randint(1, 14))
    values = [None if draw.random() < draw.choice([0, 0, 0.1]) else v for v in values]
    rebases = [i for i in range(len(values)) if draw.random() < draw.choice([0, 0, 0.05])]
    direction = draw.choice(["increase", "decrease", "neutral"])
    target = draw.choice([None, -30, 8, 12, 60, 14.5])
    made = points([None if v is None else round(v, 2) for v in values], rebases, target)
    # A target that comes late and changes on the way: the last one counts.
    before = {0: None, 1: None} | dict.fromkeys(range(2, len(made) - 1), Fraction(100))
    return [replace(p, target=before.get(i, p.target)) for i, p in enumerate(made)], direction


DRAWN = {f"drawn {seed}": drawn(seed) for seed in range(120)}


@pytest.fixture(scope="module")
def schema(warehouse):
    with warehouse.engine().begin() as connection:
        connection.exec_driver_sql(f"drop schema if exists {SCHEMA} cascade; create schema {SCHEMA}")
    yield warehouse
    with warehouse.engine().begin() as connection:
        connection.exec_driver_sql(f"drop schema {SCHEMA} cascade")


def decimal(number: Fraction | None) -> Decimal | None:
    return None if number is None else Decimal(number.numerator) / Decimal(number.denominator)


def load(warehouse, table: str, charts: dict[str, tuple[list[Point], str]]) -> str:
    """A table of charts in the order nobody sorted them into, under the macro's own names of columns."""
    rows = [
        {"series": name, "at": p.at, "value": decimal(p.value), "direction": direction, "target": decimal(p.target),
         "is_rebase": p.is_rebase or None}
        for name, (made, direction) in charts.items()
        for p in made
    ]  # fmt: skip
    random.Random(1).shuffle(rows)  # noqa: S311
    with warehouse.engine().begin() as connection:
        connection.exec_driver_sql(
            f"create table {SCHEMA}.{table} (series text, at date, value numeric, direction text, target numeric,"
            " is_rebase boolean)"
        )
        connection.execute(
            sa.text(f"insert into {SCHEMA}.{table} values (:series, :at, :value, :direction, :target, :is_rebase)"),
            rows,
        )
    return f"{SCHEMA}.{table}"


@pytest.fixture(scope="module")
def charted(schema) -> dict[tuple[str, str], list[dict]]:
    """{(options, series): rows in order}, all from one query: dbt takes seconds to start."""
    queries = []
    for number, options in enumerate(CHOICES):
        worked = {n: (points(w.values, w.rebases, w.target), w.direction) for n, w in WORKED.items()
                  if w.options == options}  # fmt: skip
        table = load(schema, f"points_{number}", DRAWN | worked)
        call = f"xmr('{table}', {options})" if options else f"xmr('{table}')"
        queries.append(f"select '{options}' as options, t.* from ({{{{ {call} }}}}) as t")
    found: dict[tuple[str, str], list[dict]] = {}
    for row in show(" union all ".join(queries)):
        assert tuple(row)[1:] == COLUMNS
        found.setdefault((row.pop("options"), row["series"]), []).append(row)
    return {key: sorted(rows, key=lambda row: row["at"]) for key, rows in found.items()}


@pytest.mark.parametrize("name", WORKED)
def test_a_chart_worked_by_hand(charted, name):
    work = WORKED[name]
    rows = charted[work.options, name]
    assert [r["value"] for r in rows] == pytest.approx(work.values)
    said = [None] * (len(work.values) - len(work.said)) + work.said
    assert [r["special_cause"] for r in rows] == [label or "Common Cause" for label in said]
    last = rows[-1]
    assert last["mean"] == approx(work.mean)
    low, high = (None, None) if work.width is None else (work.mean - work.width, work.mean + work.width)
    assert (last["lower_limit"], last["upper_limit"]) == (approx(low), approx(high))
    assert last["segment"] == len(work.rebases)
    assert last["point_type"] == work.kind
    assert {(r["variation_icon"], r["assurance_icon"]) for r in rows} == {(work.variation, work.assurance)}


@pytest.mark.parametrize("options", CHOICES)
def test_charts_equal_those_of_the_second_way(charted, options):
    differing = []
    for name, (made, direction) in DRAWN.items():
        rows, known = charted[options, name], chart(made, direction, CHOICES[options])
        assert len(rows) == len(known) == len(made)
        differing += [
            (name, column, i)
            for i, (row, other) in enumerate(zip(rows, known, strict=True))
            for column in COLUMNS[2:]
            if not same(row[column], other[column])
        ]
    assert differing == []


def test_the_charts_compared_show_everything_that_can_be_said(charted):
    rows = [row for (_, name), rows in charted.items() if name in DRAWN for row in rows]
    assert {r["special_cause"] for r in rows} == LABELS
    assert {r["point_type"] for r in rows} == {
        "common_cause", "special_cause_improvement", "special_cause_concern", "special_cause_neutral_high",
        "special_cause_neutral_low",
    }  # fmt: skip
    assert {r["variation_icon"] for r in rows} == {
        None, "common_cause", "improvement_high", "improvement_low", "concern_high", "concern_low", "neutral_high",
        "neutral_low",
    }  # fmt: skip
    assert {r["assurance_icon"] for r in rows} == {None, "consistent_pass", "consistent_fail", "inconsistent"}


def approx(number):
    return None if number is None else pytest.approx(number, rel=1e-9, abs=1e-9)


def same(ours, theirs) -> bool:
    if isinstance(theirs, Fraction) and ours is not None:
        return math.isclose(float(ours), float(theirs), rel_tol=1e-9, abs_tol=1e-9)
    return ours == theirs


# --- any table ---------------------------------------------------------------------------------------------------


def test_any_table_will_do(schema):
    """Names and types of one's own, doubles with NaN, timestamps, expressions for columns, a CTE for a relation."""
    with schema.engine().begin() as connection:
        connection.exec_driver_sql(
            f"create table {SCHEMA}.theirs (unit integer, seen timestamp, n double precision, whole integer)"
        )
        values = [*([0.1, 0.3] * 6), 0.2, "NaN", 0.9]
        for i, value in enumerate(values):
            connection.exec_driver_sql(
                f"insert into {SCHEMA}.theirs values (7, '{day(i)} 09:30', '{value}', {i % 2 * 2 + 9})"
            )
    names = "series='unit', at='seen', direction=\"'decrease'\", target='null', rebase='null'"
    query = (
        f"with mine as (select * from {SCHEMA}.theirs) "
        f"select 'n' as column_name, t.* from ({{{{ xmr('mine', value='n', {names}) }}}}) as t union all "
        f"select 'whole', t.* from ({{{{ xmr('mine', value='whole', {names}) }}}}) as t"
    )
    rows = sorted(show(query), key=lambda row: (row["column_name"], row["at"]))
    doubles, integers = rows[:15], rows[15:]
    assert [r["special_cause"] for r in doubles] == ["Common Cause"] * 14 + ["Above UCL"]
    assert [r["value"] for r in doubles[12:]] == [approx(0.2), None, approx(0.9)]
    assert doubles[0]["variation_icon"] == "concern_high"
    assert doubles[0]["at"].hour == 9
    # 8 × 9 and 7 × 11: every range 2.
    assert integers[0]["mean"] == approx(149 / 15)
    assert integers[0]["upper_limit"] == approx(149 / 15 + 5.32)


def test_a_third_can_lie_on_the_mean(schema):
    """In double precision a third and two thirds have the mean a half, as NHSRplotthedots finds too."""
    with schema.engine().begin() as connection:
        connection.exec_driver_sql(
            f"create table {SCHEMA}.thirds as select 'a' as series, date '2020-01-01' + i as at,"
            " cast(case when i > 12 then 1.5 else 1 + mod(i, 2) end as double precision) / 3 as value,"
            f" 'neutral' as direction, null as target, false as is_rebase from generate_series(1, 20) as t(i)"
        )
    assert {r["special_cause"] for r in show(f"{{{{ xmr('{SCHEMA}.thirds') }}}}")} == {"Common Cause"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("('a', '2020-01-01', 1, 'increase'), ('a', '2020-01-01', 2, 'increase')", "1 repeat a series and date"),
        ("('a', null, 1, 'increase')", "1 have no date"),
        ("('a', '2020-01-01', 1, 'up'), ('b', '2020-01-01', 1, null)", "2 have a direction that is not"),
    ],
)
def test_rows_that_make_no_chart_are_refused(schema, rows, said):
    """Wherever they stand: that dbt shows no more than five rows does not hide them."""
    good = ", ".join(f"('0', '{day(i)}', {i}, 'increase')" for i in range(6))
    query = (
        f"with mine (series, at, value, direction) as (values {good}, {rows}) select series from "
        "({{ xmr('mine', at='cast(at as date)', target='null', rebase='false') }}) as t"
    )
    message = refusal(query)
    assert "xmr refuses these rows" in message
    assert said in message


@pytest.mark.parametrize("points_fixed", ["11", "'12'", "12.5", "true"])
def test_limits_from_fewer_than_twelve_points_are_refused(schema, points_fixed):
    assert "limits need 12 points or more" in refusal("{{ xmr('nowhere', fix_after=" + points_fixed + ") }}")


def test_dbt_show_prints_a_chart_at_the_command_line(borough):
    """The macro alone is a query, as an analyst would type it, here of every measure of the marts."""
    relation = "(select * from marts.fct_measures where breakdown = 'all')"
    names = "series='measure_id', at='month_start', direction=\"'neutral'\", target='null', rebase='false'"
    call = f'{{{{ xmr("{relation}", {names}) }}}}'
    options = ("--limit", "-1", "--output", "json", "--log-format", "json")
    done = borough.send("dbt", "--month", "2026-10", "show", "--inline", call, *options)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    lines = [json.loads(line)["data"] for line in done.stdout.splitlines() if line.startswith("{")]
    (preview,) = [json.loads(line["preview"]) for line in lines if "preview" in line]
    count = borough.query("select count(*) as n from marts.fct_measures where breakdown = 'all'").n[0]
    assert [tuple(row) for row in preview] == [COLUMNS] * count
    assert {row["special_cause"] for row in preview} <= LABELS
