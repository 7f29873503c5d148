"""Builder of ``scalar.quartic``: a certified table of skewness and kurtosis.

What is stored is bounded and smooth to the edge where only two values are left, d = 0: ``u d / 12``, ``g / s + u / 2``
and ``entropy - log(d) / 2``. All three are even in the skewness, and no node lies at skewness 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version

import numpy as np
from flint import arb

from builders.scalar.frame import PatchTable
from builders.scalar.quartic import checks as scalar
from builders.scalar.quartic import series, starts, weak
from builders.scalar.quartic.ball import PRECISION, State, solve
from builders.scalar.quartic.solutions import solution_rows
from builders.scalar.quartic.words import class_row, coverage_row
from builders.tools.patches import Box
from symcat.models.scalar import reduced

VERSION = "1"
SOFTWARE = f"python-flint {version('python-flint')}, numpy, scipy"
LABEL = "scalar.quartic"


def _reduced(state: State) -> dict[str, arb]:
    """The stored quantities of a certified state with skewness above 0."""
    d = reduced.spread(state.skewness, state.kurtosis)
    return {
        "entropy": state.entropy - d.log() / 2,
        "g": state.g / state.skewness + state.u / 2,
        "u": state.u * d / 12,
    }


def _certified(points: Sequence[tuple[arb, arb]]) -> list[Mapping[str, arb]]:
    """The stored quantities at points (s, t)."""
    at = [(s.mid(), reduced.kurtosis_at(s, t).mid()) for s, t in points]
    skewness, kurtosis = (np.array([float(point[axis]) for point in at]) for axis in (0, 1))
    found = starts.couplings(skewness, kurtosis)
    return [_reduced(solve(s, k, start)) for (s, k), start in zip(at, found, strict=True)]


TABLE = PatchTable(
    LABEL,
    Box((0.0, reduced.LEAST), (reduced.STEEPEST, reduced.MOST)),
    PRECISION,
    20261127,
    _certified,
    scalar.SOLVED,
    solution_rows,
    class_row,
    coverage_row,
    scalar.random_points,
    scalar.two_methods,
    further=scalar.even_edge,
    least=1e-4,  # at skewness 0 the second quantity is a limit
    series=(series, weak),
)
labels, parameters, build, verify = TABLE.labels, TABLE.parameters, TABLE.build, TABLE.verify
