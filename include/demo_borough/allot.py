"""Dealing out published totals to children."""

import numpy as np
from numpy.random import Generator


def dealt(counts: dict, rng: Generator) -> list:
    """Each key as often as its count says, shuffled."""
    cards = [key for key, count in counts.items() for _ in range(count)]
    return [cards[place] for place in rng.permutation(len(cards))]


def matched(rows: list, counts: dict, weight, rng: Generator) -> list:
    """For each row one key of `counts`, each key as often as its count says, likelier where `weight(row, key)` is high.

    The counts must add up to the number of rows (ValueError). Rows come in order of need: those with few choices first.
    """
    keys, left = list(counts), np.array(list(counts.values()), dtype=float)
    if left.sum() != len(rows):
        raise ValueError(f"{left.sum():.0f} keys for {len(rows)} rows")
    fitted = _fitted(rows, keys, left, weight)
    chosen = []
    for row in rows:
        odds = fitted[row] * left
        if odds.sum() <= 0:
            odds = left
        place = rng.choice(len(keys), p=odds / odds.sum())
        left[place] -= 1
        chosen.append(keys[place])
    return chosen


def _fitted(rows: list, keys: list, totals: np.ndarray, weight) -> dict:
    """Shares by kind of row after iterative proportional fitting, divided by the totals: odds per card left."""
    kinds = sorted(set(rows))
    sizes = np.array([rows.count(kind) for kind in kinds], dtype=float)
    table = np.array([[weight(kind, key) for key in keys] for kind in kinds], dtype=float)
    for _ in range(60):
        table *= (sizes / np.maximum(table.sum(axis=1), 1e-12))[:, None]
        table *= (totals / np.maximum(table.sum(axis=0), 1e-12))[None, :]
    return {kind: table[place] / np.maximum(totals, 1) for place, kind in enumerate(kinds)}
