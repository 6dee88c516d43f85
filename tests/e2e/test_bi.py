"""What BI tools read: the star holds together, and Superset's dashboard asks only for what is there."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SUPERSET = ROOT / "include" / "superset" / "dashboard"
DATASETS = sorted((SUPERSET / "datasets").rglob("*.yaml"))
# The relationships of docs/bi.md: many to one.
STAR = [
    ("fct_measures", "measure_id", "dim_measures", "measure_id"),
    ("fct_measures", "breakdown_key", "dim_breakdowns", "breakdown_key"),
    ("fct_measures", "month_start", "dim_months", "month_start"),
    ("fct_plan_months", "month_start", "dim_months", "month_start"),
    ("fct_plan_months", "ehc_plan_key", "dim_plans", "ehc_plan_key"),
    ("fct_plan_months", "establishment_key", "dim_establishments", "establishment_key"),
    ("fct_plan_months", "primary_need", "dim_needs", "primary_need"),
    ("fct_clocks", "ehc_plan_key", "dim_plans", "ehc_plan_key"),
    ("fct_clocks", "due_on", "dim_dates", "date_day"),
    ("fct_repatriations", "old_establishment_key", "dim_establishments", "establishment_key"),
    ("fct_repatriations", "new_establishment_key", "dim_establishments", "establishment_key"),
    ("fct_repatriations", "moved_on", "dim_dates", "date_day"),
    ("dim_months", "month_start", "dim_dates", "date_day"),
]


@pytest.mark.parametrize(("many", "key", "one", "of_one"), STAR)
def test_the_star_holds_together(whole_borough, many, key, one, of_one):
    """Every key of a fact is one row of its dimension, and some key is there at all."""
    found = whole_borough.query(
        f"""
        select count({key}) as key_count, count({key}) - count(matches.rows_of_one) as lost_count,
            max(matches.rows_of_one) as most
        from (select distinct {key} from marts.{many}) as facts
        left join (
            select {of_one} as of_one, count(*) as rows_of_one from marts.{one} group by {of_one}
        ) as matches on facts.{key} = matches.of_one
        """,
        role="bi_reader",
    ).iloc[0]
    assert found.key_count > 0
    assert (found.lost_count, found.most) == (0, 1)


def test_every_relationship_is_documented():
    page = (ROOT / "docs" / "bi.md").read_text()
    bare = [(many, key, one) for many, key, one, _ in STAR if not re.search(rf"`{many}` \| `{one}` \| .*`{key}", page)]
    assert bare == []


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda path: path.stem)
def test_a_dataset_of_superset_finds_its_columns(whole_borough, dataset):
    about = yaml.safe_load(dataset.read_text())
    held = whole_borough.query(f"select * from ({about['sql']}) as dataset limit 5", role="bi_reader")
    assert sorted(held.columns) == sorted(column["column_name"] for column in about["columns"])
    assert len(held) > 0
    for metric in about["metrics"]:
        whole_borough.query(f"select {metric['expression']} from ({about['sql']}) as dataset", role="bi_reader")


def test_the_dashboard_shows_every_chart_and_only_charts_that_exist():
    charts = {yaml.safe_load(path.read_text())["uuid"] for path in (SUPERSET / "charts").glob("*.yaml")}
    board = yaml.safe_load((SUPERSET / "dashboards" / "send_improvement_board.yaml").read_text())
    parts = [part for part in board["position"].values() if isinstance(part, dict)]
    shown = {part["meta"]["uuid"] for part in parts if part["type"] == "CHART"}
    assert shown == charts
    assert len(charts) == 6


def test_no_password_is_in_the_repository():
    address = yaml.safe_load((SUPERSET / "databases" / "send.yaml").read_text())["sqlalchemy_uri"]
    assert address == "postgresql+psycopg2://bi_reader:XXXXXXXXXX@localhost:5432/send"
