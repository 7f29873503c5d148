"""What a fit of columns with several levels did not use of the rows, against what it says of them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from symcat.data.schema import Schema
from symcat.models.fit import CheckResult
from symcat.models.goodness import remaining
from symcat.models.potts.counted import Counted
from symcat.models.potts.existence import said
from symcat.models.potts.layout import Floats, Integers, Layout, basis
from symcat.models.potts.space import Space
from symcat.models.potts.terms import statistics_of, terms_of
from symcat.models.tails import chi_square_of, smallest_of

MOST_STATES = 1 << 17
"""States up to which rows are held against those of a fit, state by state."""

_LEAST_EXPECTED = 5.0  # rows a cell must expect for its chi-square to hold (Cochran 1954)
_MOST_CELLS = 64
_MOST_SAID = 6  # columns of a row
_MOST_NUMBERS = 1 << 22  # of the states of all cells together
_MOST_PAIRS = 1 << 16  # tables of pairs that are compared, in all groups
_MOST_TERMS = 1 << 22  # of the averages that a test of three columns takes
_MOST_SCORES = 1200  # parameters whose scores are removed

ROWS_A_PARAMETER = 5.0
"""Rows for each parameter from which states are held against those of a fit: of fewer, whatever the fit has absorbed is
not the part that large samples have, and false alarms are up to ten times as many as the level says."""


# --- pairs of columns ------------------------------------------------------------------------------------------------


def forced_pairs(
    seen: Counted, implied: Callable[[int], Floats], answered: NDArray[np.bool_], schema: Schema
) -> CheckResult | None:
    """Tables of two columns against those that a class forces, by chi-square; the worst of each of G groups decides.

    Levels are joined until every cell expects rows enough. The p-value is that of the smallest of independent ones:
    conservative when they hang together, and where the fit has absorbed some of what is compared.
    """
    layout, groups = seen.layout, len(seen.count)
    pairs = list(combinations(range(len(layout)), 2))
    if not pairs or answered.sum() * len(pairs) > _MOST_PAIRS:
        return None
    statistic, p_value = np.full(groups, np.nan), np.full(groups, np.nan)
    worst: dict[int, tuple[int, int]] = {}
    for group in np.flatnonzero(answered).tolist():
        expected = seen.count[group] * implied(group)
        tests = []
        for i, k in pairs:
            due, rows = (values[layout.at(i), layout.at(k)] for values in (expected, seen.pairs[group]))
            first, second = _joined(due)
            due, rows = first.T @ due @ second, first.T @ rows @ second
            if min(due.shape) < 2:
                continue
            value = float(((rows - due) ** 2 / due).sum())
            same = np.allclose(due.sum(axis=1), rows.sum(axis=1)) and np.allclose(due.sum(axis=0), rows.sum(axis=0))
            degrees = (due.shape[0] - 1) * (due.shape[1] - 1) if same else due.size - 1
            tests.append((chi_square_of(value, degrees), value, (i, k)))
        if tests:
            p, statistic[group], worst[group] = min(tests)
            p_value[group] = float(smallest_of(p, len(tests)))
    made = np.isfinite(statistic)
    if not made.any():
        return None

    def detail(group: int) -> str:
        if group not in worst:
            return "too few rows to compare tables of two columns"
        i, k = worst[group]
        where = f"that of {schema.columns[i]!r} and {schema.columns[k]!r}"
        return f"of all tables of two columns, {where} is farthest from the class's: chi-square {statistic[group]:.3g}"

    return CheckResult("averages it forces", statistic, p_value, detail, made=made)


def _joined(due: Floats) -> tuple[Floats, Floats]:
    """(L, L'), (K, K') which levels of two columns are taken together, rarest first, until all cells expect enough."""
    first, second = np.eye(len(due)), np.eye(due.shape[1])
    while True:
        table = first.T @ due @ second
        if min(table.shape) < 2 or table.min() >= _LEAST_EXPECTED:
            return first, second
        rows, columns = table.sum(axis=1), table.sum(axis=0)
        if (rows.min() <= columns.min() and len(rows) > 2) or len(columns) <= 2:
            first = _merged(first, rows)
        else:
            second = _merged(second, columns)


def _merged(together: Floats, sizes: Floats) -> Floats:
    a, b = np.argsort(sizes, kind="stable")[:2]
    out = together.copy()
    out[:, a] += out[:, b]
    return np.delete(out, b, axis=1)


# --- states ----------------------------------------------------------------------------------------------------------


def energies(layout: Layout, h: Floats, j: Floats) -> Floats:
    """(N,) -F of every state, for fields (Q,) and couplings (Q, Q)."""
    return layout.minus_energy(layout.digits(np.arange(layout.states)), h, j)


class Fitted(NamedTuple):
    """What a fit makes those of the rows: the tables of sets of columns, or some (K, k) sums of their contrasts."""

    sets: list[tuple[int, ...]]
    sums: Floats | None = None

    def of(self, values: Floats) -> Floats:
        """(..., k) from (..., K)."""
        return values if self.sums is None else values @ self.sums

    def information(self, covariance: Floats) -> Floats:
        """(k, k) from (K, K)."""
        return covariance if self.sums is None else self.sums.T @ covariance @ self.sums


def of_states(layout: Layout, minus_energy: Floats, rows: Floats, fitted: Fitted, schema: Schema) -> list[CheckResult]:
    """Rows by state (N,) against those of a law with energies (N,): all together, and by three columns."""
    weight = np.exp(minus_energy - minus_energy.max())
    weight /= weight.sum()
    space = Space(layout, statistics_of(layout, fitted.sets))
    number = len(space.rows) if fitted.sums is None else fitted.sums.shape[1]
    if len(space.rows) > _MOST_SCORES or rows.sum() < ROWS_A_PARAMETER * number:
        return []
    every = space.transformed(weight[None])
    found = [_patterns(space, weight, every, rows, fitted, schema), _thirds(space, every, rows, fitted, schema)]
    return [check for check in found if check is not None]


def _patterns(
    space: Space, weight: Floats, every: Floats, rows: Floats, fitted: Fitted, schema: Schema
) -> CheckResult | None:
    """Whole rows: how many there are of the states that are expected most, each alone, and of the others together in
    the order of their probability. What the fit has absorbed is removed (Rao & Robson 1974)."""
    n = float(rows.sum())
    cells = _cells(weight * n, max(2, min(_MOST_CELLS, _MOST_NUMBERS // len(weight))))
    number = int(cells.max()) + 1
    if number < 2:
        return None
    share = np.bincount(cells, weight, number)
    seen = np.bincount(cells, rows, number)
    size = np.sqrt(share)
    masked = np.zeros((number, len(weight)))
    masked[cells, np.arange(len(weight))] = weight
    within = space.transformed(masked)[:, space.index]  # (cells, K)
    mean = every[0, space.index]
    cross = fitted.of(within - share[:, None] * mean) / size[:, None]
    information = fitted.information(space.covariance(every)[0])
    statistic, degrees = remaining(
        (seen / n - share) / size, np.eye(number) - np.outer(size, size), cross, information, n
    )
    if not degrees:
        return None
    worst = int((np.abs(seen - n * share) / np.sqrt(n * share)).argmax())
    members = np.flatnonzero(cells == worst)
    if len(members) == 1:
        place = space.layout.digits(members)[0]
        what = "rows with " + ", ".join(said(schema, j, int(a)) for j, a in enumerate(place[:_MOST_SAID]))
        what += ", ..." * (len(place) > _MOST_SAID)
    else:
        what = f"rows among {len(members):,} combinations of like probability"
    detail = (
        f"{seen[worst]:.0f} {what}, the model says {n * share[worst]:.1f}; chi-square {statistic:.3g} with "
        f"{degrees} degrees of freedom"
    )
    return CheckResult.single("pattern counts", statistic, chi_square_of(statistic, degrees), detail)


def _cells(expected: Floats, most: int) -> Integers:
    """(N,) the cell of every state: those with the most rows alone, the others, in order, until there are enough."""
    order = np.argsort(-expected, kind="stable")
    sorted_rows = expected[order]
    alone = min(int((sorted_rows >= _LEAST_EXPECTED).sum()), most // 2 if len(expected) > most else most)
    cells = np.empty(len(expected), dtype=np.intp)
    cells[order[:alone]] = np.arange(alone)
    left = sorted_rows[alone:]
    if not len(left):
        return cells
    total = float(left.sum())
    number = int(min(most - alone, total // _LEAST_EXPECTED))
    if number < 1:
        # Too few are left for a cell of their own.
        cells[order[alone:]] = max(alone - 1, 0)
        return cells
    below = np.cumsum(left) - 0.5 * left
    part = np.minimum((below / total * number).astype(np.intp), number - 1)
    _, part = np.unique(part, return_inverse=True)
    cells[order[alone:]] = alone + part
    return cells


def _thirds(space: Space, every: Floats, rows: Floats, fitted: Fitted, schema: Schema) -> CheckResult | None:
    """Every three columns whose pairs were fitted: whether they have an interaction of their own (Rao's score test).

    Made of those whose every cell expects a row, and five on average; the worst decides, at the share of so many.
    """
    layout, n = space.layout, float(rows.sum())
    known = {frozenset(chosen) for chosen in fitted.sets}
    seen = space.transformed(rows[None] / n)
    mean = every[0, space.index]
    information = fitted.information(space.covariance(every)[0])
    left = _MOST_TERMS
    tests = []
    for triple in combinations(range(len(layout)), 3):
        if frozenset(triple) in known or not all(frozenset(pair) in known for pair in combinations(triple, 2)):
            continue
        due = n * _table(layout, every[0], triple)
        if due.min() < 1.0 or due.mean() < _LEAST_EXPECTED:
            continue
        own = statistics_of(layout, [triple])
        left -= len(own) * (len(own) + len(space.rows))
        if left < 0:
            break
        at = layout.codes(own)
        of_law = every[0, at]
        cross = fitted.of(_products(layout, own, space.rows, every) - np.outer(of_law, mean))
        covariance = _products(layout, own, own, every) - np.outer(of_law, of_law)
        value, degrees = remaining(seen[0, at] - of_law, covariance, cross, information, n)
        if degrees:
            tests.append((chi_square_of(value, degrees), value, degrees, triple))
    if not tests:
        return None
    p, value, degrees, triple = min(tests)
    named = ", ".join(repr(schema.columns[j]) for j in triple)
    detail = (
        f"of {len(tests)} triples of columns, {named} has most of an interaction of its own: chi-square {value:.3g} "
        f"with {degrees} degrees of freedom"
    )
    return CheckResult.single("third order", value, float(smallest_of(p, len(tests))), detail)


def _products(layout: Layout, first: Integers, second: Integers, every: Floats) -> Floats:
    """(A, B) averages of products of statistics."""
    a, b = np.divmod(np.arange(len(first) * len(second)), len(second))
    found: Floats = terms_of(layout, first[a], second[b]).averages(every)[0]
    return found.reshape(len(first), len(second))


def _table(layout: Layout, every: Floats, triple: tuple[int, ...]) -> Floats:
    """(L, L, L) shares of rows by the levels of three columns."""
    digits = np.zeros((1, len(layout)), dtype=np.intp)
    shape = [layout.sizes[j] for j in triple]
    places = np.indices(shape).reshape(3, -1)
    rows = np.repeat(digits, places.shape[1], axis=0)
    rows[:, list(triple)] = places.T
    table = every[layout.codes(rows)].reshape(shape)
    for axis, size in enumerate(shape):
        table = np.moveaxis(np.tensordot(basis(size), table, axes=(1, axis)), 0, axis) / size
    return table
