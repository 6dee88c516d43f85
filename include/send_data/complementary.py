"""What else must be hidden so that no hidden small count can be worked out: a linear programme (HiGHS).

A `Puzzle` holds the numbers of one month and everything that a reader can add up: the cells of a table make its total,
those counted and those not make all, one measure counts a part of another. A hidden small number is safe when it could,
as far as all this tells, be anything from 1 to the largest small number. Where it could not, the programme looks for
other numbers that agree with everything shown, moving as little as possible of what is shown; whatever it moves is
hidden too.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

# Numbers are whole; what moves by less than this has not moved.
NEARLY = 1e-6
# No small number needs a move of more than this, and a programme without ends has no answer.
FURTHEST = 1000
# What it is worth to settle a second number in the same programme; far less than showing one cell more.
ASIDE = 1e-4
# How many steps an exchange may take before the programme is asked.
FEW_STEPS = 40


@dataclass
class Fact:
    """A number of people: its true value, the range that anybody knows, and the cells that print it."""

    truth: float
    lower: float = 0
    upper: float = float("inf")
    cells: set = field(default_factory=set)


@dataclass(frozen=True)
class Need:
    """A hidden number must be able to be as low as `low` and as high as `high`; `about` says whose it is."""

    fact: Hashable
    low: float
    high: float
    about: Hashable = None


class Puzzle:
    """Facts by name, and equations between them that hold for the true values; each is `{name: factor}`."""

    def __init__(self) -> None:
        self.facts: dict[Hashable, Fact] = {}
        self.equations: list[Mapping[Hashable, float]] = []
        self.known: set[Hashable] = set()

    def add(self, name: Hashable, truth: float, cell: Hashable = None, lower: float = 0, upper: float = np.inf) -> None:
        """Add a fact, or say more of one: the narrower range counts, and it is printed by this cell too."""
        fact = self.facts.setdefault(name, Fact(truth))
        fact.lower = min(max(fact.lower, lower), truth)
        fact.upper = max(min(fact.upper, upper), truth)
        if cell is not None:
            fact.cells.add(cell)

    def equate(self, factors: Mapping[Hashable, float]) -> None:
        """State that these facts, each times its factor, always make the same."""
        self.equations.append(factors)

    def parts(self, needs: Iterable[Need]) -> list[tuple[list[Hashable], list[Mapping], list[Need]]]:
        """Facts, equations and needs that have to do with each other, apart from those that have not."""
        group = _Groups()
        for equation in self.equations:
            open_facts = [name for name in equation if name not in self.known]
            for name in open_facts[1:]:
                group.join(open_facts[0], name)
        members: dict[Hashable, tuple[list, list, list]] = {}
        for need in needs:
            members.setdefault(group.of(need.fact), ([], [], []))[2].append(need)
        for name in self.facts:
            if name not in self.known and group.of(name) in members:
                members[group.of(name)][0].append(name)
        for equation in self.equations:
            first = next((name for name in equation if name not in self.known), None)
            if first is not None and group.of(first) in members:
                members[group.of(first)][1].append(equation)
        return list(members.values())


def protect(
    puzzle: Puzzle, needs: Sequence[Need], hidden: set, weight: Callable[[Hashable], float], solved: dict | None = None
) -> tuple[set, list[Need]]:
    """Cells to be hidden besides `hidden`, the dearer (`weight`) left out where possible; and needs nothing can meet.

    The same puzzle has the same answer: needs and facts keep their order, and the weights decide. `solved` keeps the
    answers for parts that come again unchanged.
    """
    solved = {} if solved is None else solved
    more: set = set()
    unmet: list[Need] = []
    for names, equations, wanted in puzzle.parts(needs):
        facts = [puzzle.facts[name] for name in names]
        shown = frozenset(cell for fact in facts for cell in fact.cells if cell not in hidden)
        asked = (
            tuple((name, f.lower, f.upper) for name, f in zip(names, facts, strict=True)),
            tuple(tuple(equation.items()) for equation in equations),
            shown,
            tuple(wanted),
        )
        if asked not in solved:
            part = _Part(puzzle, names, equations, {cell: weight(cell) for cell in shown})
            solved[asked] = (part.meet(wanted), frozenset(part.opened))
        unmet += solved[asked][0]
        more |= solved[asked][1]
    return more, unmet


class _Part:
    """One connected piece of a puzzle.

    Each fact moves from its truth by three variables: up as far as a need asks, up further, and down.
    """

    def __init__(self, puzzle: Puzzle, names: list, equations: list, shown: Mapping[Hashable, float]) -> None:
        self.facts = [puzzle.facts[name] for name in names]
        self.place = {name: i for i, name in enumerate(names)}
        self.shown, self.opened = dict(shown), set()
        self.truth = np.array([fact.truth for fact in self.facts], dtype=float)
        self.down = np.array([min(fact.truth - fact.lower, FURTHEST) for fact in self.facts])
        self.up = np.array([min(fact.upper - fact.truth, FURTHEST) for fact in self.facts])
        self.low, self.high = self.truth.copy(), self.truth.copy()
        self.least, self.most = self.truth.copy(), self.truth.copy()
        self.equations = [{self.place[n]: c for n, c in equation.items() if n in self.place} for equation in equations]
        self.holding: list[list[int]] = [[] for _ in names]
        for number, equation in enumerate(self.equations):
            for place in equation:
                self.holding[place].append(number)
        self.matrix = self._matrix()
        self.price = self._prices()

    def _matrix(self) -> csr_array:
        found = self.equations
        rows = [i for i, equation in enumerate(found) for _ in equation]
        columns = np.array([place for equation in found for place in equation], dtype=int)
        factors = np.array([factor for equation in found for factor in equation.values()], dtype=float)
        size = len(self.facts)
        places = np.concatenate([columns, columns + size, columns + 2 * size])
        return csr_array((np.concatenate([factors, factors, -factors]), (rows * 3, places)),
                         shape=(len(found), 3 * size))  # fmt: skip

    def _prices(self) -> np.ndarray:
        """What moving each fact costs: the cells that would have to be hidden."""
        return np.array([sum(self.shown.get(cell, 0) for cell in sorted(fact.cells)) for fact in self.facts])

    def meet(self, needs: Sequence[Need]) -> list[Need]:
        """Open what the needs ask for; returns those that cannot be met."""
        for need in needs:
            if need.fact in self.place:
                self.low[self.place[need.fact]] = need.low
                self.high[self.place[need.fact]] = need.high
        return [need for need in needs if not (self._reach(need.fact, -1) and self._reach(need.fact, +1))]

    def _reach(self, name: Hashable, direction: int) -> bool:
        """Let a fact come to its low or high end, by other numbers that agree with what is shown."""
        place = self.place.get(name)
        if place is None:
            return False
        if not self._is_unmet(place, direction):
            return True
        moved = self._exchange(place, direction)
        if moved is None:
            moved = self._solve(place, direction)
        if moved is None:
            return False
        self._open(moved)
        return True

    def _exchange(self, place: int, direction: int) -> np.ndarray | None:
        """A move among hidden facts alone, one for one, if a few steps find it: it spares most programmes."""
        goal = self.high[place] if direction > 0 else self.low[place]
        moves: dict[int, float] = {}
        lacking: dict[int, float] = {}
        if not self._has_room(place, goal - self.truth[place]):
            return None
        self._move(place, float(goal - self.truth[place]), moves, lacking)
        if not self._balance(moves, lacking, [FEW_STEPS]):
            return None
        moved = np.zeros(len(self.facts))
        moved[list(moves)] = list(moves.values())
        return moved

    def _balance(self, moves: dict[int, float], lacking: dict[int, float], steps: list[int]) -> bool:
        """Add moves until every equation holds; False when the steps are used up or there is no such move."""
        number = next((n for n, missing in lacking.items() if missing), None)
        if number is None:
            return True
        equation, missing = self.equations[number], lacking[number]
        for place in sorted(equation, key=lambda p: (len(self.holding[p]), p)):
            move = -missing / equation[place]
            if place in moves or self.price[place] or not self._has_room(place, move):
                continue
            steps[0] -= 1
            if steps[0] < 0:
                return False
            self._move(place, move, moves, lacking)
            if self._balance(moves, lacking, steps):
                return True
            self._move(place, -moves.pop(place), {}, lacking)
        return False

    def _move(self, place: int, move: float, moves: dict[int, float], lacking: dict[int, float]) -> None:
        moves[place] = move
        for number in self.holding[place]:
            lacking[number] = lacking.get(number, 0) + self.equations[number][place] * move

    def _has_room(self, place: int, move: float) -> bool:
        return -self.down[place] <= move <= self.up[place]

    def _is_unmet(self, place: int, direction: int) -> bool:
        if direction < 0:
            return self.least[place] > self.low[place] + NEARLY
        return self.most[place] < self.high[place] - NEARLY

    def _unmet(self, direction: int) -> np.ndarray:
        if direction < 0:
            return self.least > self.low + NEARLY
        return self.most < self.high - NEARLY

    def _solve(self, place: int, direction: int) -> np.ndarray | None:
        """The cheapest move that brings a fact to its end, with as many others in passing as cost nothing."""
        size = len(self.facts)
        first = np.minimum(np.maximum(self.high - self.truth, 0), self.up)
        most = np.concatenate([first, self.up - first, self.down])
        least = np.zeros(3 * size)
        goal = self.high[place] - self.truth[place] if direction > 0 else self.truth[place] - self.low[place]
        least[place if direction > 0 else place + 2 * size] = goal
        most[[place + 2 * size] if direction > 0 else [place, place + size]] = 0
        if (least > most + NEARLY).any():
            return None
        answer = self._programme(self._cost(), least, most)
        return None if answer is None else self._net(answer)

    def _programme(self, cost: np.ndarray, least: np.ndarray, most: np.ndarray) -> np.ndarray | None:
        """The cheapest move that keeps every equation; None when there is none. Parts are too small to presolve."""
        sums = LinearConstraint(self.matrix, 0, 0)
        return milp(cost, constraints=sums, bounds=Bounds(least, most), options={"presolve": False}).x

    def _cost(self) -> np.ndarray:
        up, down = self._unmet(+1), self._unmet(-1) & ~self._unmet(+1)
        rewards = np.concatenate([up, np.zeros(len(up)), down]) * ASIDE * 10
        return np.tile(self.price + ASIDE, 3) - rewards

    def _net(self, variables: np.ndarray) -> np.ndarray:
        first, further, down = variables.reshape(3, -1)
        return first + further - down

    def _open(self, moved: np.ndarray) -> None:
        self.least = np.minimum(self.least, self.truth + moved)
        self.most = np.maximum(self.most, self.truth + moved)
        cells = {c for i in np.flatnonzero(np.abs(moved) > NEARLY) for c in self.facts[i].cells if c in self.shown}
        if cells:
            self.opened |= cells
            self.shown = {cell: price for cell, price in self.shown.items() if cell not in cells}
            self.price = self._prices()


class _Groups:
    """Names that belong together, by union and find."""

    def __init__(self) -> None:
        self.parent: dict[Hashable, Hashable] = {}

    def of(self, name: Hashable) -> Hashable:
        root = name
        while self.parent.get(root, root) != root:
            root = self.parent[root]
        while self.parent.get(name, name) != root:
            self.parent[name], name = root, self.parent[name]
        return root

    def join(self, one: Hashable, other: Hashable) -> None:
        roots = self.of(one), self.of(other)
        if roots[0] != roots[1]:
            self.parent[roots[1]] = roots[0]
