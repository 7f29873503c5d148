"""The table of integrals a person reads: certified couplings on a grid of skewness and kurtosis, bounds outwards."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor

import numpy as np
from flint import arb

from builders.base import Row, number
from builders.scalar.quartic import starts
from builders.scalar.quartic.ball import State, solve
from builders.tools.bounds import columns
from symcat.models.scalar import reduced

_SKEWNESS = "0 0.1 0.25 0.5 0.75 1 1.25 1.5 2 2.5 3 3.5 4".split()
_STEPS = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0)  # of the kurtosis, the first that gives no more rows than
_MOST = 16


def grid() -> list[tuple[float, float]]:
    """(skewness, kurtosis) of the rows: of kurtosis the multiples of a step inside the table, without the Gaussian."""
    found = []
    for s in map(float, _SKEWNESS):
        lo, hi = reduced.kurtosis_at(s, reduced.LEAST), reduced.kurtosis_at(s, reduced.MOST)
        step = next(step for step in _STEPS if (hi - lo) / step <= _MOST)
        found += [(s, i * step) for i in range(ceil(lo / step), floor(hi / step) + 1)]
    return [point for point in found if point != (0.0, 3.0)]


def states(points: Sequence[tuple[float, float]]) -> list[State]:
    """Certified states at (skewness >= 0, kurtosis), exactly these doubles."""
    s, k = np.array(points).T
    return [solve(arb(a), arb(b), start) for (a, b), start in zip(points, starts.couplings(s, k), strict=True)]


def values(state: State) -> dict[str, arb]:
    """The balls of a state by the names of the columns."""
    return {name: getattr(state, name) for name in ("h", "r", "g", "u", "log_z", "entropy")}


def point_of(row: Row) -> tuple[float, float]:
    """(skewness, kurtosis) of a row of ``solutions``."""
    return number(row["skewness"]), number(row["kurtosis"])


def solution_rows(label: str) -> list[Row]:
    """Rows of ``solutions``."""
    points = grid()
    return [
        {"label": label, "skewness": s, "kurtosis": k, "rigor": "certified", **columns(values(state))}
        for (s, k), state in zip(points, states(points), strict=True)
    ]
