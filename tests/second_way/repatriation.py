"""Learners who come back from independent special schools, and what that saves, from SEN2's placements and finance.

The ledger has a line for each move that counts for the promise, and one that takes it back when the learner returns to
an independent special school after more than a term (120 days).
"""

import numpy as np
import pandas as pd

from tests.second_way.files import Files, cached, days, month_ends, numbers
from tests.second_way.plans import INDEPENDENT_SPECIAL, placement_rates, placements, plans

TERM = pd.Timedelta(days=120)
DAY = pd.Timedelta(days=1)
YEAR = pd.DateOffset(months=12)


def learners_repatriated(files: Files) -> pd.DataFrame:
    """Moves since 1 April less reversals."""
    rows = _to_date(files, ledger(files))
    return rows.assign(amount=rows.sign)


def repatriation_saving(files: Files) -> pd.DataFrame:
    """The full-year saving of each line, in the part that falls in its financial year and the part that follows."""
    lines = ledger(files)
    year_ends_on = _year_starts_on(lines.dated_on) + YEAR
    share = (year_ends_on - lines.dated_on) / (year_ends_on - _year_starts_on(lines.dated_on))
    part_year = _pence(lines.saving * share)
    parts = {"part_year": part_year, "following_year": lines.saving - part_year}
    return pd.concat(
        [_to_date(files, lines.assign(amount=amount)).assign(saving_basis=part) for part, amount in parts.items()]
    )


def repatriation_saving_per_learner(files: Files) -> pd.DataFrame:
    """Full-year savings over moves less reversals, of learners whose costs finance holds."""
    rows = _to_date(files, ledger(files))
    return rows.assign(amount=rows.saving, base=rows.sign.where(rows.saving.notna()))


def repatriation_travel_saving(files: Files) -> pd.DataFrame:
    """The annual travel cost in force on the day before each move, less that of the day; taken back for reversals."""
    lines = ledger(files)
    saving = _travel_cost(files, lines, lines.moved_on - DAY) - _travel_cost(files, lines, lines.moved_on)
    return _to_date(files, lines.assign(amount=lines.sign * saving))


def repatriation_saving_net_of_new_starts(files: Files) -> pd.DataFrame:
    """Full-year savings of the lines, less the full-year cost of each new start at an independent special school."""
    starts = new_starts(files)
    starts = starts.assign(dated_on=starts.entered_on, amount=-_first_rate(files, starts))
    lines = ledger(files).assign(amount=lambda line: line.saving)
    return _to_date(files, pd.concat([lines, starts])[["dated_on", "amount"]])


@cached
def ledger(files: Files) -> pd.DataFrame:
    """One row per line that counts for the promise: person, moved_on, sign (1 a move, -1 its reversal), dated_on and
    saving (a full year's, pounds, by sign; NaN where finance does not hold both costs).

    A move dated after the month's end is named in the plan and not made yet.
    """
    moves = moves_home(files)
    is_back_within_a_term = moves.back_entered_on.le(moves.moved_on + TERM)
    is_made = moves.moved_on.le(files.month_end)
    moves = moves[moves.new_setting_group.ne("post_16") & is_made & ~is_back_within_a_term]
    new = moves.assign(provider=moves.new_provider, entered_on=moves.moved_on)
    moves = moves.assign(saving=_cost_before(files, moves) - _first_rate(files, new), dated_on=moves.moved_on, sign=1)
    reversals = moves[moves.back_entered_on.le(files.month_end)]
    reversals = reversals.assign(saving=-reversals.saving, dated_on=reversals.back_entered_on, sign=-1)
    return pd.concat([moves, reversals], ignore_index=True)


def new_starts(files: Files) -> pd.DataFrame:
    """Main placements at an independent special school, entered from any other setting or none.

    A return after a move home is not new: the move is taken back, or was never credited.
    """
    rows = main_placements(files)
    came_from_one = rows.groupby("person").is_independent_special.shift(fill_value=False)
    is_return = rows.placement.isin(moves_home(files).back_placement)
    return rows[rows.is_independent_special & ~came_from_one & ~is_return]


@cached
def moves_home(files: Files) -> pd.DataFrame:
    """One row per learner who left an independent special school for a setting in the borough: the columns of the old
    main placement, of the new one (`new_`) and of the first later one at an independent special school (`back_`), and
    moved_on.

    The new placement is the first that the learner enters from the day of leaving up to 120 days later. If the plan
    ceased by then, or the new placement is at another independent special school or outside the borough, it is no move
    home.
    """
    main = main_placements(files)
    special = main[main.is_independent_special]
    old = special.dropna(subset="left_on").merge(plans(files)[["plan", "ceased_on"]], on="plan")

    moves = old.merge(main.add_prefix("new_"), left_on="person", right_on="new_person")
    is_within_a_term = moves.new_entered_on.between(moves.left_on, moves.left_on + TERM)
    moves = moves[is_within_a_term & moves.new_placement.ne(moves.placement)]
    moves = moves.sort_values(["new_entered_on", "new_placement"]).drop_duplicates("placement")
    is_home = moves.new_is_at_home & ~moves.new_is_independent_special
    moves = moves[is_home & ~moves.ceased_on.le(moves.left_on + TERM)].assign(moved_on=lambda move: move.new_entered_on)

    back = moves[["placement", "person", "moved_on"]]
    back = back.merge(special.add_prefix("back_"), left_on="person", right_on="back_person")
    back = back[back.back_entered_on.ge(back.moved_on)].sort_values(["back_entered_on", "back_placement"])
    back = back.drop_duplicates("placement").drop(columns=["person", "moved_on"])
    return moves.merge(back, on="placement", how="left")


@cached
def main_placements(files: Files) -> pd.DataFrame:
    """Placements of rank 1 in the order of a child's life, with provider (URN, else UKPRN), is_independent_special and
    is_at_home, in the borough."""
    rows = placements(files).sort_values(["person", "entered_on", "placement"])
    rows = rows[rows["rank"].eq(1)]
    columns = ["person", "plan", "placement", "entered_on", "left_on", "setting_group"]
    return rows[columns].assign(
        provider=rows.urn.fillna(rows.ukprn),
        is_independent_special=rows.setting_type.isin(INDEPENDENT_SPECIAL),
        is_at_home=rows.is_in_borough.eq(True),
    )


def _cost_before(files, moves):
    """Mean annual cost at the old provider over the twelve months before each move, weighted by days; pounds."""
    rows = moves[["person", "provider", "moved_on"]].reset_index(names="move")
    rows = rows.merge(placement_rates(files), on=["person", "provider"])
    first = rows.effective_from.clip(lower=rows.moved_on - YEAR)
    last = rows.effective_to.fillna(rows.moved_on).clip(upper=rows.moved_on - DAY)
    rows["days"] = (last - first).dt.days + 1
    rows = rows[rows.days.gt(0)].assign(cost=lambda rate: rate.annual_gbp * rate.days)
    sums = rows.groupby("move")[["cost", "days"]].sum()
    return _pence(sums.cost / sums.days).reindex(moves.index)


def _first_rate(files, rows):
    """Annual cost in force on the day of entry at the provider, or the first after it; pounds."""
    entries = rows[["person", "provider", "entered_on"]].reset_index(names="entry")
    rates = entries.merge(placement_rates(files), on=["person", "provider"])
    rates = rates[~rates.effective_to.lt(rates.entered_on)].sort_values(["effective_from", "effective_to"])
    return _pence(rates.drop_duplicates("entry").set_index("entry").annual_gbp.reindex(rows.index))


def _travel_cost(files, lines, on):
    """Annual travel cost in force on a day of each line; none where finance names none. Pounds."""
    costs = files.rows("finance__travel_cost").dropna(subset="person")
    costs = costs.assign(first=days(costs.effective_from), last=days(costs.effective_to))
    costs["gbp"] = numbers(costs.annual_cost_gbp)
    rows = lines[["person"]].assign(on=on).reset_index(names="line").merge(costs, on="person")
    rows = rows[rows["first"].le(rows.on) & ~rows["last"].lt(rows.on)]
    return rows.groupby("line").gbp.sum().reindex(lines.index, fill_value=0)


def _to_date(files, lines):
    """Each line in every month of its financial year, from the one it is dated in."""
    rows = lines.merge(month_ends(files), how="cross")
    return rows[rows.dated_on.le(rows.on) & _year_starts_on(rows.dated_on).eq(_year_starts_on(rows.on))]


def _year_starts_on(on):
    """The 1 April on or before a day."""
    return pd.to_datetime(pd.DataFrame({"year": on.dt.year - on.dt.month.lt(4), "month": 4, "day": 1}))


def _pence(pounds):
    """Pounds to the penny; half a penny is rounded away from nought."""
    pence = (pounds.abs() * 100).round(6)
    return np.sign(pounds) * np.floor(pence + 0.5) / 100
