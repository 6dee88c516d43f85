"""The cells of a month as disclosure control looks at them: which, how many are in each, and who counts whose part."""

from typing import NamedTuple

TOTAL = ("all", "all")


def is_small(count: float | None, threshold: int) -> bool:
    """Whether a count, or a difference of two, is of too few to be told; nobody is not few, nor is None."""
    return count is not None and 0 < abs(count) < threshold


class Key(NamedTuple):
    """Which cell of a month: a measure, a breakdown and its value; the total is `all`, `all`."""

    measure_id: str
    breakdown: str
    breakdown_value: str

    @property
    def is_total(self) -> bool:
        return self[1:] == TOTAL

    @property
    def table(self) -> tuple[str, str]:
        """The measure and the breakdown: cells of one table add up."""
        return self[:2]


class Cell(NamedTuple):
    """What disclosure control looks at in one row: whole numbers or None.

    `is_count` tells people from hours; `is_numerator_count` is of a ratio whose numerator alone counts what people did
    or had (suspensions among pupils). A cell that `is_beside` stands in a breakdown for comparison: it is no part of
    the total, so it covers nothing.
    """

    numerator: int | None
    denominator: int | None
    contributors: int | None
    is_count: bool
    is_numerator_count: bool = False
    is_beside: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """What the row prints of people: those counted (`met`), the others (`missed`), and all (`base`)."""
        if not self.is_count:
            found = {"met": self.numerator if self.is_numerator_count else None}
        elif self.numerator is None or self.denominator is None:
            found = {"met": self.numerator, "base": self.denominator}
        else:
            found = {
                "met": self.numerator,
                "missed": self.denominator - self.numerator,
                "base": self.denominator,
            }
        return {name: count for name, count in found.items() if count is not None}

    @property
    def quantities(self) -> dict[str, int]:
        """Every number in which a single child could be seen: the counts, and the `people` behind them."""
        return self.counts | ({} if self.contributors is None else {"people": self.contributors})

    @property
    def size(self) -> int:
        """How many are in the cell."""
        return max((abs(count) for count in self.quantities.values()), default=0)

    @property
    def is_whole_group(self) -> bool:
        """Whether all or none of a group are counted: then the cell tells something of everybody in it."""
        return "missed" in self.counts and 0 in (self.counts["met"], self.counts["missed"])


class Link(NamedTuple):
    """Two measures of which one counts a part of the other: where they are close, `given_up` is hidden, not `kept`."""

    kept: str
    given_up: str
