"""Who may be shown what is data: tiers, outputs, exemptions and symbols."""

import pytest
import yaml

from send_data import disclosure, disclosure_rules, seeds
from send_data.disclosure_rules import NoRuleError, rule_set_of
from send_data.settings import ROOT

MEASURES = ROOT / "dbt_project" / "models" / "measures"


def test_the_three_tiers():
    tiers = {name: disclosure_rules.rule_set(name) for name in ("internal", "board", "public")}
    assert {name: (rules.tier, rules.small_up_to, rules.round_to) for name, rules in tiers.items()} == {
        "internal": ("internal", 0, 1), "board": ("board", 4, 1), "public": ("public", 7, 5),
    }  # fmt: skip
    assert disclosure.THRESHOLD == 5


def test_the_newest_version_of_a_rule_set_is_in_force(monkeypatch):
    row = seeds.rows("reference", "disclosure_rules")[1]
    stricter = row | {"version": "10", "small_up_to": "9"}
    monkeypatch.setattr(seeds, "rows", lambda *_: (stricter | {"measure_id": "x"}, row | {"measure_id": "x"}))
    rules = disclosure_rules.rule_set("board")
    assert (rules.version, rules.threshold) == (10, 10)


@pytest.mark.parametrize(
    ("output", "tier"),
    [("board-paper.pdf", "board"), ("dashboard/index.html", "board"), ("data/figures.csv", "board"),
     ("data/public/figures.csv", "public"), ("easy-read.html", "public"), ("easy-read.pdf", "public")],
)  # fmt: skip
def test_each_output_has_its_tier(output, tier):
    assert rule_set_of(output).tier == tier


def test_an_output_that_nobody_thought_of_has_no_rules():
    with pytest.raises(NoRuleError, match="newsletter"):
        rule_set_of("newsletter.html")
    with pytest.raises(NoRuleError):
        disclosure_rules.rule_set("secret")


def test_exactly_the_measures_of_things_are_exempt_and_each_has_a_reason_and_a_reviewer():
    things = set()
    for path in MEASURES.glob("*.yml"):
        for model in yaml.safe_load(path.read_text())["models"]:
            if model["config"]["meta"]["measure"].get("rows_are") == "things":
                things.add(model["name"])
    assert disclosure_rules.exempt_measures() == things
    assert all(row["reason"] and row["approved_by"] for row in seeds.rows("reference", "disclosure_exemptions"))


@pytest.mark.parametrize(
    ("symbol", "has_value", "dfe"),
    [("", True, ""), ("", False, "z"), ("c", False, "c"), ("b", False, "c"), ("b", True, ""), ("h", False, "x")],
)
def test_our_symbols_in_dfes_words(symbol, has_value, dfe):
    assert disclosure_rules.dfe_symbol(symbol, has_value) == dfe


def test_a_symbol_that_nobody_knows_is_an_error():
    with pytest.raises(NoRuleError):
        disclosure_rules.dfe_symbol("q")
