"""dbt's own unit tests, and what the project promises of every model."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
import yaml

from send_data import words

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "dbt_project" / "models"
MEASURES = sorted(p.stem for p in (MODELS / "measures").glob("*.sql"))


@pytest.fixture(scope="module")
def manifest(borough) -> dict:
    return json.loads((borough.home / "dbt" / "target" / "manifest.json").read_text())


def test_every_unit_test_passes(borough, manifest):
    done = borough.send("dbt", "--month", "2026-10", "test", "--select", "test_type:unit")
    assert done.returncode == 0, done.stdout[-4000:]
    assert f"PASS={len(manifest['unit_tests'])} " in done.stdout


def test_every_measure_has_a_unit_test(manifest):
    tested = Counter(node["model"] for node in manifest["unit_tests"].values())
    assert [measure for measure in MEASURES if not tested[measure]] == []


def test_every_measure_is_two_files():
    assert len(MEASURES) > 30
    assert [p.stem for p in sorted((MODELS / "measures").glob("*.yml"))] == MEASURES


@pytest.mark.parametrize("measure", MEASURES)
def test_a_measures_page_is_complete(measure):
    model = yaml.safe_load((MODELS / "measures" / f"{measure}.yml").read_text())["models"][0]
    meta = model["config"]["meta"]["measure"]
    assert model["name"] == measure
    for field in ("title", "why_it_matters", "numerator", "kind", "better", "unit", "owner", "checker", "next_review",
                  "mission", "priority", "sources"):  # fmt: skip
        assert meta.get(field), field
    assert meta["owner"] != meta["checker"]
    assert meta["better"] in ("higher", "lower", "neutral")


def test_every_source_a_measure_names_has_a_contract():
    contracts = {p.stem for p in (ROOT / "expectations" / "sources").glob("*.yml")}
    named = set()
    for measure in MEASURES:
        model = yaml.safe_load((MODELS / "measures" / f"{measure}.yml").read_text())["models"][0]
        named |= set(model["config"]["meta"]["measure"]["sources"])
    assert named <= contracts


def test_the_delivery_plan_and_the_measures_name_what_exists():
    """The first version of the plan; of later ones two data tests say so."""
    plan = ROOT / "include" / "delivery_plan"
    actions, recommendations = (
        list(csv.DictReader((plan / name).open(newline="", encoding="utf-8")))
        for name in ("actions.csv", "recommendations.csv")
    )
    measures = {m for row in [*actions, *recommendations] for m in row["measures"].split(";") if m}
    assert sorted(measures - set(MEASURES)) == []
    names = {row[key] for row in actions for key in ("action_id", "safety_valve_ref", "priority_action_plan_ref")}
    named = set()
    for measure in MEASURES:
        model = yaml.safe_load((MODELS / "measures" / f"{measure}.yml").read_text())["models"][0]
        named |= set(model["config"]["meta"]["measure"].get("delivery_plan") or [])
    assert sorted(named - names) == []


def test_every_model_and_column_is_described(manifest):
    bare = [n["name"] for n in manifest["nodes"].values() if n["resource_type"] == "model" and not n["description"]]
    assert bare == []


def test_marts_keep_their_contracts(manifest):
    marts = [n for n in manifest["nodes"].values() if n["resource_type"] == "model" and n["fqn"][1] == "marts"]
    assert {n["name"] for n in marts} >= {
        "bridge_action_measures",
        "dim_establishments",
        "dim_measures",
        "dim_months",
        "dim_plans",
        "fct_actions",
        "fct_clocks",
        "fct_measures",
        "fct_repatriations",
    }  # fmt: skip
    assert [n["name"] for n in marts if not n["contract"]["enforced"] or n["access"] != "public"] == []


def test_every_breakdown_of_a_measure_has_a_title_and_every_title_a_measure():
    """A breakdown without a title would not be printed."""
    asked = {
        breakdown
        for measure in MEASURES
        for breakdown in yaml.safe_load((MODELS / "measures" / f"{measure}.yml").read_text())["models"][0]["config"][
            "meta"
        ]["measure"].get("breakdowns", [])
    }
    assert asked == set(words.words()["breakdowns"])
