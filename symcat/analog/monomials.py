"""A polynomial as steps of one product each, from which values and slopes follow in a few operations a monomial.

Every monomial is a smaller one, its parent, times one column. Values go from parents to children; slopes come back by
reversed accumulation (Griewank & Walther 2008, chapter 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.analog.threads import side_by_side
from symcat.loops import compiled

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Chain:
    """M monomials, parents first; number 0 is the constant one. Lists of lists are flat, with their starts."""

    parent: Integers  # (M,)
    column: Integers  # (M,) what the parent is multiplied with
    coupling: Floats  # (M,)
    spin: Integers  # (S,) the columns that are spins
    rest: Integers  # for each spin, the monomials that multiply it,
    rest_coupling: Floats  # with what coupling,
    rest_start: Integers  # (S + 1,)
    holding: Integers  # and the monomials that hold it
    holding_start: Integers  # (S + 1,)


def chain(exponents: Integers, couplings: Floats, spins: Sequence[int]) -> Chain:
    """The steps to ``sum_k couplings[k] prod_j x_j ** exponents[k, j]``; spins have exponents 0 and 1."""
    wanted = [tuple(e) for e in exponents.tolist()]
    rests = {i: [(_without(e, i), c) for e, c in zip(wanted, couplings.tolist(), strict=True) if e[i]] for i in spins}
    needed = {(0,) * exponents.shape[1]}
    for e in (*wanted, *(e for found in rests.values() for e, _ in found)):
        while e not in needed:
            needed.add(e)
            e = _without(e, _last(e))
    order = sorted(needed, key=lambda e: (sum(e), e))
    place = {e: m for m, e in enumerate(order)}
    coupling = np.zeros(len(order))
    for e, c in zip(wanted, couplings.tolist(), strict=True):
        coupling[place[e]] += c
    rest, rest_start = _flat([[place[e] for e, _ in rests[i]] for i in spins])
    holding, holding_start = _flat([[m for m, e in enumerate(order) if e[i]] for i in spins])
    return Chain(
        parent=np.array([place[_without(e, _last(e))] if any(e) else 0 for e in order], dtype=np.int64),
        column=np.array([_last(e) if any(e) else 0 for e in order], dtype=np.int64),
        coupling=coupling,
        spin=np.array(list(spins), dtype=np.int64),
        rest=rest,
        rest_coupling=np.array([c for i in spins for _, c in rests[i]], dtype=np.float64),
        rest_start=rest_start,
        holding=holding,
        holding_start=holding_start,
    )


def evaluate(steps: Chain, x: Floats) -> tuple[Floats, Floats]:
    """Values (R,) and slopes (R, d) of the polynomial at the states x (R, d)."""
    states = np.ascontiguousarray(x.T)
    size, lanes = len(steps.parent), len(x)
    monomial, share = np.empty((size, lanes)), np.empty((size, lanes))
    value, slope = np.empty(lanes), np.empty(states.shape)

    def work_out() -> float:
        compiled(values, ())(states, steps.parent, steps.column, monomial)
        compiled(slopes, ())(states, steps.parent, steps.column, steps.coupling, monomial, share, value, slope)
        return 0.0

    side_by_side([work_out])
    return value, slope.T


def _last(e: tuple[int, ...]) -> int:
    return max(j for j, p in enumerate(e) if p)


def _without(e: tuple[int, ...], j: int) -> tuple[int, ...]:
    return (*e[:j], e[j] - 1, *e[j + 1 :])


def _flat(lists: list[list[int]]) -> tuple[Integers, Integers]:
    start = np.cumsum([0, *(len(row) for row in lists)]).astype(np.int64)
    return np.array([m for row in lists for m in row], dtype=np.int64), start


# Rows are indexed, not taken as views: counting references to views costs a compiled loop more than its numbers do.


def values(x: Floats, parent: Integers, column: Integers, out: Floats) -> None:
    """All monomials (M, L) at the states x (d, L)."""
    lanes = x.shape[1]
    for r in range(lanes):
        out[0, r] = 1.0
    for m in range(1, parent.shape[0]):
        p, j = parent[m], column[m]
        for r in range(lanes):
            out[m, r] = out[p, r] * x[j, r]


def slopes(
    x: Floats,
    parent: Integers,
    column: Integers,
    coupling: Floats,
    monomial: Floats,
    share: Floats,
    energy: Floats,
    out: Floats,
) -> None:
    """Energies (L,) and derivatives ``out`` (d, L), from the monomials (M, L); ``share`` (M, L) is overwritten."""
    lanes = x.shape[1]
    for m in range(parent.shape[0]):
        c = coupling[m]
        for r in range(lanes):
            share[m, r] = c
    for j in range(x.shape[0]):
        for r in range(lanes):
            out[j, r] = 0.0
    for r in range(lanes):
        energy[r] = coupling[0]
    for m in range(parent.shape[0] - 1, 0, -1):
        c, p, j = coupling[m], parent[m], column[m]
        # Each in a loop of its own: of so many rows a compiler cannot tell that they do not overlap.
        if c != 0.0:
            for r in range(lanes):
                energy[r] += c * monomial[m, r]
        for r in range(lanes):
            out[j, r] += share[m, r] * monomial[p, r]
        if p != 0:
            for r in range(lanes):
                share[p, r] += share[m, r] * x[j, r]


KERNELS = (values, slopes)
"""What a compiled function that calls these names as its inner functions."""
