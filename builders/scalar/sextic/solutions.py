"""The table of integrals a person reads: certified couplings on a grid of the averages of y^4 and y^6."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import arb

from builders.base import Row, number
from builders.scalar.sextic import starts
from builders.scalar.sextic.ball import State, solve
from builders.tools.bounds import columns
from symcat.models.scalar import sextic_reduced as reduced

_FOURTH = "1.1 1.25 1.5 1.75 2 2.25 2.5 2.75 3 3.25 3.5 3.75 4 4.5 5 5.5".split()
_PARTS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.95)  # of t
_DIGITS = 3  # of the average of y^6


def grid() -> list[tuple[float, float]]:
    """(<y^4>, <y^6>) of the rows: short numbers inside the table."""
    return [(k, round(float(reduced.sixth_at(k, t)), _DIGITS)) for k in map(float, _FOURTH) for t in _PARTS]


def states(points: Sequence[tuple[float, float]]) -> list[State]:
    """Certified states at (<y^4>, <y^6>), exactly these doubles."""
    k, m = np.array(points).T
    return [solve(arb(a), arb(b), start) for (a, b), start in zip(points, starts.couplings(k, m), strict=True)]


def values(state: State) -> dict[str, arb]:
    """The balls of a state by the names of the columns."""
    return {name: getattr(state, name) for name in ("r", "u", "w", "log_z", "entropy")}


def point_of(row: Row) -> tuple[float, float]:
    """(<y^4>, <y^6>) of a row of ``solutions``."""
    return number(row["kurtosis"]), number(row["sixth"])


def solution_rows(label: str) -> list[Row]:
    """Rows of ``solutions``."""
    points = grid()
    return [
        {"label": label, "kurtosis": k, "sixth": m, "rigor": "certified", **columns(values(state))}
        for (k, m), state in zip(points, states(points), strict=True)
    ]
