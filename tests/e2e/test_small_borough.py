"""Two months of a borough small enough to check by hand, from files to paper."""

import hashlib
from pathlib import Path

import pandas as pd
import pytest

import demo_borough
from tests.borough import MONTHS
from tests.known_answers import differences

PAPERS = ("board-paper.docx", "board-paper.html", "board-paper.pdf", "dashboard/index.html")


def hashes(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*.*")}


@pytest.mark.parametrize("month", MONTHS)
def test_every_measure_equals_the_worlds_own_answer(borough, month):
    answers = demo_borough.known_answers(demo_borough.small_world(), month)
    assert differences(borough.marts[month]["fct_measures"], answers) == []


@pytest.mark.parametrize("month", MONTHS)
def test_the_papers_are_written(borough, month):
    assert [name for name in PAPERS if not (borough.editions / month / name).exists()] == []


def test_a_second_run_changes_nothing(borough):
    counts = "select (select count(*) from ops.delivery) d, (select count(*) from ops.check) c, \
        (select count(*) from published.editions) e, (select count(*) from published.figures) f"
    before, papers = borough.query(counts), hashes(borough.editions)
    done = borough.send("demo", "--small", "--months", ",".join(MONTHS))
    assert done.returncode == 0, done.stderr[-3000:]
    pd.testing.assert_frame_equal(borough.query(counts), before)
    assert hashes(borough.editions) == papers


def test_a_past_month_is_rebuilt_as_it_was_known_and_the_live_marts_stay(borough):
    live = "select * from marts.fct_measures order by measure_id, month_start, breakdown, breakdown_value"
    known_at = borough.query("select known_at from published.editions where month = '2026-09-01'").known_at[0]
    before = borough.query(live)
    done = borough.send("build", "--month", "2026-09", "--known-at", known_at.isoformat())
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    pd.testing.assert_frame_equal(borough.query(live), before)
    rebuilt = borough.query("select * from marts_past.fct_measures")
    order = ["measure_id", "month_start", "breakdown", "breakdown_value"]
    then = borough.marts["2026-09"]["fct_measures"]
    pd.testing.assert_frame_equal(
        rebuilt.sort_values(order).reset_index(drop=True), then.sort_values(order).reset_index(drop=True)
    )


def test_every_delivery_is_accounted_for(borough):
    loads = borough.query("select * from ops.load")
    assert len(loads) > 40
    assert (loads.rows_read == loads.rows_loaded + loads.rows_quarantined).all()
    unloaded = borough.query(
        "select * from ops.delivery d where status = 'accepted' "
        "and not exists (select 1 from ops.load l where l.delivery_id = d.delivery_id)"
    )
    assert unloaded.empty


def test_marts_hold_no_identifier(borough):
    columns = borough.query(
        "select table_name, column_name from information_schema.columns where table_schema in ('marts', 'published')"
    )
    assert len(columns) > 50
    banned = {
        "upn",
        "uln",
        "nhs_number",
        "forename",
        "surname",
        "postcode",
        "date_of_birth",
        "born_month",
        "person_key",
    }
    assert set(columns.column_name) & banned == set()


def test_every_column_of_the_marts_is_described(borough):
    bare = borough.query(
        "select c.relname, a.attname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        "join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped "
        "where n.nspname = 'marts' and c.relkind = 'r' and col_description(c.oid, a.attnum) is null"
    )
    assert bare.values.tolist() == []
