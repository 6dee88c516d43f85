"""A definition changes with what moves a figure, and with nothing else."""

import copy

import pytest

from send_data import lineage


def model(code: str, nodes: list[str], macros: list[str] = ()) -> dict:
    return {"resource_type": "model", "raw_code": code, "depends_on": {"nodes": nodes, "macros": list(macros)}}


@pytest.fixture
def manifest() -> dict:
    measure = {"kind": "rate", "title": "Plans in time", "owner": "Head of SEND", "targets": [{"value": 0.6}]}
    return {
        "nodes": {
            "model.send.in_time": model(
                "select a\nfrom plans -- all", ["model.send.int_plans"], ["macro.send.add_days"]
            )
            | {"config": {"meta": {"measure": measure}}},
            "model.send.int_plans": model(
                "select 1", ["seed.send.clocks", "source.send.raw.plan"], ["macro.dbt.cast"]
            ),
            "seed.send.clocks": {"resource_type": "seed", "checksum": {"checksum": "140 days"}, "depends_on": {}},
            "model.send.elsewhere": model("select 2", []),
        },
        "macros": {
            "macro.send.add_days": {"macro_sql": "{{ days }}", "depends_on": {"macros": ["macro.send.as_day"]}},
            "macro.send.as_day": {"macro_sql": "{{ day }}", "depends_on": {"macros": []}},
        },
    }  # fmt: skip


def test_a_node_comes_after_what_it_is_made_of(manifest):
    assert lineage.ancestors(manifest, "model.send.in_time") == [
        "seed.send.clocks", "source.send.raw.plan", "model.send.int_plans", "model.send.in_time",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m["nodes"]["model.send.in_time"].update(raw_code="select b from plans"),
        lambda m: m["nodes"]["model.send.int_plans"].update(raw_code="select 3"),
        lambda m: m["nodes"]["seed.send.clocks"].update(checksum={"checksum": "141 days"}),
        lambda m: m["macros"]["macro.send.as_day"].update(macro_sql="{{ month }}"),
        lambda m: m["nodes"]["model.send.in_time"]["config"]["meta"]["measure"].update(kind="count"),
    ],
    ids=["its own code", "a model above it", "a time limit", "a macro of a macro", "its kind"],
)
def test_what_moves_a_figure_changes_its_definition(manifest, change):
    changed = copy.deepcopy(manifest)
    change(changed)
    before, after = (lineage.definition_sha256(m, "in_time") for m in (manifest, changed))
    assert before != after


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m["nodes"]["model.send.in_time"].update(raw_code="{# new #}\nselect   a from plans\n-- some"),
        lambda m: m["nodes"]["model.send.elsewhere"].update(raw_code="select 4"),
        lambda m: m["nodes"]["model.send.in_time"]["config"]["meta"]["measure"].update(owner="Somebody", targets=[]),
    ],
    ids=["comments and blanks", "another model", "its owner and targets"],
)
def test_what_moves_no_figure_leaves_its_definition(manifest, change):
    changed = copy.deepcopy(manifest)
    change(changed)
    assert lineage.definition_sha256(manifest, "in_time") == lineage.definition_sha256(changed, "in_time")
