"""An edition is frozen from the marts, once, and holds nothing that gives away one child."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
import sqlalchemy as sa
import yaml

from send_data import editions, ledger, published
from send_data import warehouse as store
from send_data.settings import ROOT
from tests.unit import sample_marts


@pytest.fixture
def clean(warehouse):
    """A warehouse without editions and builds."""
    with warehouse.engine().begin() as connection:
        connection.exec_driver_sql("truncate published.editions, ops.build cascade")


def freeze(contents: dict, month: date = sample_marts.LAST, **how) -> int:
    """Freeze sample marts as a finished build of a month; a build for each content."""
    with store.engine().begin() as connection:
        sample_marts.load(connection, "marts_sample", contents)
        build_id = connection.execute(
            sa.text(
                "insert into ops.build (la_code, month, known_at, code_version, deliveries_sha256, status) "
                "values ('303', :month, :known, 'abc', 'def', 'live') "
                "on conflict (la_code, month, known_at, code_version, deliveries_sha256) do update set status = 'live' "
                "returning build_id"
            ),
            {"month": month, "known": sample_marts.KNOWN_AT},
        ).scalar_one()
    return editions.freeze(f"{month:%Y-%m}", build_id=build_id, marts_schema="marts_sample", **how)


def rows(query: str, **values) -> list:
    """Rows as the Board's reader sees them."""
    with store.engine("board_reader").connect() as connection:
        return [dict(r) for r in connection.execute(sa.text(query), values).mappings()]


def cumulative(edition_id: int, measure_id: str = "learners_repatriated", since: str = "2026-04-01") -> dict:
    found = rows(
        "select month_start, value, symbol, as_of_month from published.figures "
        "where edition_id = :e and measure_id = :m and month_start >= cast(:s as date) order by month_start",
        e=edition_id, m=measure_id, s=since,
    )  # fmt: skip
    return {r["month_start"]: r for r in found}


def test_the_same_inputs_are_the_same_edition(clean):
    first = freeze(sample_marts.tables())
    assert freeze(sample_marts.tables()) == first
    assert len(rows("select * from published.editions")) == 1


def test_another_content_is_a_new_edition_that_supersedes(clean):
    first = freeze(sample_marts.tables())
    changed = sample_marts.tables()
    changed["fct_measures"][0] = changed["fct_measures"][0] | {"value": 99}
    second = freeze(changed)
    assert second != first
    assert rows("select supersedes from published.editions where edition_id = :e", e=second) == [{"supersedes": first}]


def test_published_rows_are_never_changed(clean):
    freeze(sample_marts.tables())
    with pytest.raises(sa.exc.DatabaseError, match="never changed"), store.engine().begin() as connection:
        connection.exec_driver_sql("update published.figures set value = 1")
    with pytest.raises(sa.exc.DatabaseError, match="never changed"), store.engine().begin() as connection:
        connection.exec_driver_sql("delete from published.editions")


def test_every_published_table_refuses_changes(clean):
    tables = {row["name"] for row in rows("select tablename as name from pg_tables where schemaname = 'published'")}
    guarded = rows(
        "select c.relname as name from pg_trigger as t inner join pg_class as c on t.tgrelid = c.oid"
        " inner join pg_namespace as n on c.relnamespace = n.oid"
        " where t.tgname = 'refuse_change' and n.nspname = 'published'"
    )
    assert {"figures", "revisions", "falling_due_by_team"} < tables
    assert {row["name"] for row in guarded} == tables


def test_no_count_of_one_to_four_is_published(clean):
    freeze(sample_marts.tables())
    for column in ("numerator_count", "denominator_count", "denominator_count - numerator_count"):
        small = rows(f"select * from published.figures where is_count and {column} between 1 and 4")
        assert small == []
    assert rows("select * from published.repatriations where unit = 'learners' and value between 1 and 4") == []


def test_a_cumulative_figure_moves_on_in_fives(clean):
    edition_id = freeze(sample_marts.tables())
    shown = cumulative(edition_id)
    # Learners by month from April: 1, 3, 4, 6, 7, 9, 10.
    assert [r["value"] for r in shown.values()] == [None, None, None, 6, 6, 6, 6]
    assert [r["symbol"] for r in shown.values()] == ["b", "b", "b", "", "b", "b", "b"]
    assert shown[date(2026, 10, 1)]["as_of_month"] == date(2026, 7, 1)


def test_money_moves_with_the_learners_it_comes_from(clean):
    edition_id = freeze(sample_marts.tables())
    saving = cumulative(edition_id, "repatriation_saving")
    assert saving[date(2026, 10, 1)]["value"] == 6 * 33000


def test_net_of_new_starts_is_the_difference_of_what_is_shown(clean):
    edition_id = freeze(sample_marts.tables())
    net = cumulative(edition_id, "repatriation_saving_net_of_new_starts")
    # Six learners shown since July, five new starts since August.
    assert net[date(2026, 7, 1)]["value"] is None
    assert net[date(2026, 10, 1)]["value"] == 6 * 33000 - 5 * 61000


def test_a_later_edition_keeps_five_apart_from_an_earlier_one(clean):
    september = date(2026, 9, 1)
    first = freeze(sample_marts.tables(), september)
    assert cumulative(first)[september]["value"] == 6
    revised = sample_marts.tables()
    for row in revised["fct_repatriation_totals"]:
        if row["financial_year"] == "2026-27":
            row["learner_count"] += 1
    for row in revised["fct_measures"]:
        if row["measure_id"] == "learners_repatriated" and row["month_start"] >= date(2026, 4, 1):
            row["value"] += 1
    second = freeze(revised)
    values = {r["value"] for r in cumulative(second).values()} | {r["value"] for r in cumulative(first).values()}
    ordered = sorted(v for v in values if v is not None)
    assert all(b - a >= 5 for a, b in pairwise(ordered))
    assert cumulative(second)[date(2026, 7, 1)]["value"] == 6


def test_what_the_safety_valve_counts_more_is_not_given_away(clean):
    edition_id = freeze(sample_marts.tables())
    shown = rows(
        "select basis, financial_year, as_of_month, value from published.repatriations "
        "where edition_id = :e and item = 'learners' and value is not null", e=edition_id,
    )  # fmt: skip
    pairs = [
        (valve["value"], promise["value"])
        for valve in shown for promise in shown
        if valve["basis"] == "safety_valve" and promise["basis"] == "promise"
        and valve["financial_year"] == promise["financial_year"] and valve["as_of_month"] >= promise["as_of_month"]
    ]  # fmt: skip
    assert pairs
    assert all(not 0 < abs(valve - promise) < 5 for valve, promise in pairs)


def test_reasons_and_quarantine_are_ranges(clean):
    edition_id = freeze(sample_marts.tables())
    reasons = rows(
        "select item, value, lower_bound, upper_bound from published.repatriations "
        "where edition_id = :e and item like 'left_out:%' order by item", e=edition_id,
    )  # fmt: skip
    assert [(r["item"], r["value"], int(r["lower_bound"]), int(r["upper_bound"])) for r in reasons] == [
        ("left_out:moved_away", None, 1, 4), ("left_out:plan_ceased_aged_out", None, 10, 14),
    ]  # fmt: skip
    quarantined = rows("select quarantined_low, quarantined_high from published.sources where source = 'csds__cyp101'")
    assert quarantined == [{"quarantined_low": 1, "quarantined_high": 4}]


def test_a_month_without_a_finished_build_says_what_to_run(clean):
    with pytest.raises((editions.EditionError, ledger.LedgerError), match=r"build_marts|send land"):
        editions.freeze("2026-10")


def test_breakdowns_of_a_hidden_total_are_left_out(clean):
    """Which rows exist would tell who the few are."""
    edition_id = freeze(sample_marts.tables())
    kept = rows(
        "select count(*) as n from published.figures as cell inner join published.figures as total "
        "on cell.edition_id = total.edition_id and cell.measure_id = total.measure_id "
        "and cell.month_start = total.month_start and total.breakdown = 'all' and total.symbol = 'c' "
        "where cell.edition_id = :e and cell.breakdown <> 'all'",
        e=edition_id,
    )
    assert kept == [{"n": 0}]


def unexplained(contents: dict, **changed) -> dict:
    """The sample marts with a difference that nobody has explained, in the figure of 20 weeks."""
    rows = [
        row | {"state": "unexplained", "explanation": None, "explained_by": None} | changed
        if row["measure_id"] == "plans_issued_within_20_weeks" else row
        for row in contents["fct_reconciliations"]
    ]  # fmt: skip
    return contents | {"fct_reconciliations": rows}


def test_an_unexplained_difference_holds_its_measure_back_and_no_other(clean):
    open_edition, held_edition = freeze(sample_marts.tables()), freeze(unexplained(sample_marts.tables()))
    query = (
        "select distinct measure_id, symbol, breakdown, value is null and numerator_count is null "
        "and denominator_count is null and lower_bound is null and lower_value is null as is_empty "
        "from published.figures where edition_id = :e and measure_id = 'plans_issued_within_20_weeks' order by 1, 2, 3"
    )
    assert {r["symbol"] for r in rows(query, e=open_edition)} == {"", "c"}
    assert rows(query, e=held_edition) == [
        {"measure_id": "plans_issued_within_20_weeks", "symbol": "h", "breakdown": "all", "is_empty": True}
    ]
    others = (
        "select measure_id, month_start, breakdown, breakdown_value, value, symbol from published.figures "
        "where edition_id = :e and measure_id <> 'plans_issued_within_20_weeks' order by 1, 2, 3, 4"
    )
    assert rows(others, e=held_edition) == rows(others, e=open_edition)


def test_a_measure_held_back_keeps_a_row_for_every_month(clean):
    """So that it can be told from a measure that was forgotten."""
    query = (
        "select count(*) as n from published.figures where edition_id = :e and breakdown = 'all' and measure_id = :m"
    )
    values = {"m": "plans_issued_within_20_weeks"}
    before = rows(query, e=freeze(sample_marts.tables()), **values)
    assert rows(query, e=freeze(unexplained(sample_marts.tables())), **values) == before == [{"n": 30}]


def test_a_figure_held_back_cannot_be_stored_with_a_value(clean):
    freeze(unexplained(sample_marts.tables()))
    copied = "select edition_id, la_code, measure_id, month_start, 'x', 'y', 5, null, 5, 'h', null, null, null, null, \
        month_start, true from published.figures where symbol = 'h' limit 1"
    with pytest.raises(sa.exc.IntegrityError, match="held_back_means_empty"), store.engine().begin() as connection:
        connection.exec_driver_sql(f"insert into published.figures {copied}")


def test_what_dfe_publishes_is_frozen_with_ranks_and_without_small_counts(clean):
    contents = sample_marts.tables()
    contents["fct_comparators"].append(
        contents["fct_comparators"][0] | {"measure_id": "requests_received", "unit": "count", "value": 4}
    )
    edition_id = freeze(contents)
    found = rows(
        "select measure_id, area_name, value, symbol, rank_place, ranked_count, unranked_count "
        "from published.comparators where edition_id = :e and comparator = 'borough' order by measure_id", e=edition_id,
    )  # fmt: skip
    assert [tuple(r.values()) for r in found] == [
        ("plans_issued_within_20_weeks", "Bexley", Decimal("68.6"), None, 2, 4, 1),
        ("requests_received", "Bexley", None, "c", 2, 4, 1),
    ]


def test_no_exact_count_of_ours_is_published_beside_dfes(clean):
    edition_id = freeze(sample_marts.tables())
    found = rows(
        "select figure, period, dfe_value, part_count, within_tolerance_count, explained_count, about_difference, "
        "state from published.reconciliations where edition_id = :e order by figure, period", e=edition_id,
    )  # fmt: skip
    assert [tuple(r.values()) for r in found] == [
        ("plans_issued_within_20_weeks_pc", "2024", Decimal("68.6"), 0, 0, 1, 2, "explained"),
        ("requests_by_age", "2024", None, 2, 1, 1, 15, "explained"),
        ("requests_received", "2023", 671, 0, 0, 0, None, "not_reproducible"),
        ("requests_received", "2024", 796, 0, 1, 0, 5, "within_tolerance"),
    ]


def test_the_project_and_the_edition_know_the_made_up_borough_by_one_name():
    project = yaml.safe_load((ROOT / "dbt_project" / "dbt_project.yml").read_text())
    assert project["vars"]["demo_software"] == editions.DEMO_SOFTWARE


def test_easy_read_gets_rounded_figures_and_the_board_paper_exact_ones(clean):
    edition = published.read(freeze(sample_marts.tables()))
    easy, paper = edition.for_output("easy-read.pdf"), edition.for_output("board-paper.pdf")
    assert paper is edition
    assert len(easy.figures) == len(edition.figures) > 100
    counts = [row["numerator_count"] for row in easy.figures if row["is_count"] and row["numerator_count"] is not None]
    assert len(counts) > 50
    assert all(count % 5 == 0 and (count == 0 or count >= 10) for count in counts)
    assert edition.repatriations
    assert (easy.repatriations, easy.falling_due, easy.revisions, easy.control_charts) == ([], [], [], [])


def test_a_small_count_cannot_be_stored_for_the_public(clean):
    freeze(sample_marts.tables())
    copied = (
        "select edition_id, la_code, measure_id, month_start, breakdown, breakdown_value, 5, null, 5, '', as_of_month, \
        true from published.figures where is_count limit 1"
    )
    with pytest.raises(sa.exc.IntegrityError, match="rounded_numerator"), store.engine().begin() as connection:
        connection.exec_driver_sql(f"insert into published.public_figures {copied}")
