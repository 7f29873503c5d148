"""Builder of ``z2.sextic``: a certified table of the averages of y^4 and y^6, for those of y^2 equal to 1.

What is stored is bounded and smooth to the edge where only three values are left, d = 0: ``w d / 360``, ``u + k w /
15`` with k the average of y^4, and ``entropy - log(d) / 2``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version

import numpy as np
from flint import arb

from builders.scalar.frame import PatchTable
from builders.scalar.sextic import checks as even
from builders.scalar.sextic import starts
from builders.scalar.sextic.ball import PRECISION, State, solve
from builders.scalar.sextic.solutions import solution_rows
from builders.scalar.sextic.words import class_row, coverage_row
from builders.tools.patches import Box
from symcat.models.scalar import sextic_reduced as reduced

VERSION = "1"
SOFTWARE = f"python-flint {version('python-flint')}, numpy, scipy"
LABEL = "z2.sextic"


def _reduced(state: State) -> dict[str, arb]:
    """The stored quantities."""
    d = reduced.spread(state.fourth, state.sixth)
    return {
        "entropy": state.entropy - d.log() / 2,
        "u": state.u + state.fourth * state.w / 15,
        "w": state.w * d / 360,
    }


def _approximate(points: Sequence[tuple[arb, arb]]) -> list[Mapping[str, arb]]:
    """The same in double precision, by which the range is divided."""
    k, t = (np.array([float(point[axis].mid()) for point in points]) for axis in (0, 1))
    m = reduced.sixth_at(k, t)
    r, u, w = starts.couplings(k, m).T
    entropy = starts.log_partition(np.stack([r, u, w], axis=1)) + r / 2.0 + u * k / 24.0 + w * m / 720.0
    d = reduced.spread(k, m)
    rows = zip(entropy - np.log(d) / 2.0, u + k * w / 15.0, w * d / 360.0, strict=True)
    return [dict(zip(("entropy", "u", "w"), map(arb, map(float, row)), strict=True)) for row in rows]


def _certified(points: Sequence[tuple[arb, arb]]) -> list[Mapping[str, arb]]:
    """The stored quantities at points (k, t)."""
    at = [(k.mid(), reduced.sixth_at(k, t).mid()) for k, t in points]
    fourth, sixth = (np.array([float(point[axis]) for point in at]) for axis in (0, 1))
    found = starts.couplings(fourth, sixth)
    return [_reduced(solve(k, m, start)) for (k, m), start in zip(at, found, strict=True)]


TABLE = PatchTable(
    LABEL,
    Box((reduced.FLATTEST, reduced.LEAST), (reduced.PEAKED, reduced.MOST)),
    PRECISION,
    20261129,
    _certified,
    even.SOLVED,
    solution_rows,
    class_row,
    coverage_row,
    even.random_points,
    even.two_methods,
    approximate=_approximate,
    decimals=15,  # what is left out moves no value by 1e-13
)
labels, parameters, build, verify = TABLE.labels, TABLE.parameters, TABLE.build, TABLE.verify
