"""The rule sets of disclosure control, as the seeds state them: which output shows what, and who is left out."""

from functools import cache
from typing import NamedTuple

from send_data import seeds


class RuleSet(NamedTuple):
    """How figures are shown.

    `small_up_to`: counts of people from 1 to this are hidden. `round_to`: the others are rounded to the nearest
    multiple; 1 is exact. `whole_group_below`: of a smaller group it is not told that all or none are counted.
    `exempt`: measures that are shown in full because nobody is behind them.
    """

    name: str
    version: int
    tier: str
    small_up_to: int
    round_to: int
    whole_group_below: int
    exempt: frozenset[str]

    @property
    def threshold(self) -> int:
        """The least count that is not small."""
        return self.small_up_to + 1


class NoRuleError(LookupError):
    """No rule set of this name, or none is assigned to an output: then it may not be written."""


def rule_set(name: str) -> RuleSet:
    """A rule set in its newest version. NoRuleError when there is none of this name."""
    versions = [row for row in seeds.rows("reference", "disclosure_rules") if row["rule_set"] == name]
    if not versions:
        raise NoRuleError(f"disclosure_rules.csv has no rule set {name}")
    row = max(versions, key=lambda version: int(version["version"]))
    numbers = {column: int(row[column]) for column in ("version", "small_up_to", "round_to", "whole_group_below")}
    return RuleSet(name=name, tier=row["tier"], exempt=exempt_measures(), **numbers)


def rule_set_of(output: str) -> RuleSet:
    """The rule set of a file, by its name in the edition's folder (`easy-read.pdf`, `data/public/figures.csv`).

    The longest prefix decides. NoRuleError when no row names it: an output that nobody thought of is not written.
    """
    rows = [row for row in seeds.rows("reference", "disclosure_outputs") if output.startswith(row["output"])]
    if not rows:
        raise NoRuleError(f"disclosure_outputs.csv says of no rule set for {output}")
    return rule_set(max(rows, key=lambda row: len(row["output"]))["rule_set"])


def exempt_measures() -> frozenset[str]:
    """Measures that a reviewed line leaves out of disclosure control."""
    return frozenset(row["measure_id"] for row in seeds.rows("reference", "disclosure_exemptions"))


@cache
def dfe_symbol(symbol: str, has_value: bool = True) -> str:
    """DfE's symbol for one of ours ('', c, b, h): c confidential, x not available, z not applicable, '' for a figure.

    A held figure (b) that stands for an earlier month has a value, and `as_of_month` says of when: it needs no symbol.
    """
    is_kept = "yes" if has_value else "no"
    found = [row for row in seeds.rows("reference", "disclosure_symbols")
             if row["symbol"] == symbol and row["has_value"] in ("", is_kept)]  # fmt: skip
    if len(found) != 1:
        raise NoRuleError(f"disclosure_symbols.csv says nothing of the symbol {symbol!r}")
    return found[0]["dfe_symbol"]
