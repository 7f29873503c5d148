"""Piecewise polynomials: the form in which the catalogue stores a function of one reduced statistic."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.loops import loop

Floats = NDArray[np.float64]

BLOCK = 512
"""Points evaluated side by side, so that the compiled loop uses the processor's vector instructions."""


@dataclass(frozen=True)
class PiecewisePolynomial:
    """A function on ``[breaks[0], breaks[-1]]``, a polynomial on each segment.

    ``coefficients[s]`` are ascending powers of the local variable ``t = (2 x - lo - hi) / (hi - lo)`` in [-1, 1], for
    which Horner's rule is stable at the degrees used (about ten).
    """

    breaks: Floats  # (S + 1,)
    coefficients: Floats  # (S, degree + 1)

    @cached_property
    def cells(self) -> NDArray[np.int64]:
        """The segment of the middle of each of equal cells, none wider than a segment: finds segments by arithmetic.

        A point of a cell lies in the segment named or in a neighbour of it.
        """
        lengths = np.diff(self.breaks)
        n = int(np.ceil(lengths.sum() / lengths.min() * (1.0 - 1e-9)))
        middles = self.breaks[0] + (np.arange(n) + 0.5) * (lengths.sum() / n)
        segments: NDArray[np.int64] = np.searchsorted(self.breaks[1:-1], middles, side="right").astype(np.int64)
        return segments

    @property
    def arrays(self) -> tuple[NDArray[np.int64], Floats, Floats]:
        """Cells, breaks and coefficients, as the loops take them."""
        return self.cells, self.breaks, self.coefficients

    def evaluate(self, x: Floats) -> tuple[Floats, Floats]:
        """Value and derivative at ``x`` (m,). Outside the breaks it extrapolates; the caller checks coverage."""
        x = np.ascontiguousarray(x, dtype=np.float64)
        value, slope = np.empty_like(x), np.empty_like(x)
        loop(len(x), horner)(x, *self.arrays, value, slope)
        return value, slope

    def __call__(self, x: Floats) -> Floats:
        return self.evaluate(x)[0]


def horner(x: Any, cells: Any, breaks: Any, pieces: Any, value: Any, slope: Any) -> None:
    """Horner's rule for value and derivative at every point, in the variable of the point's own segment."""
    last, size, n = pieces.shape[0] - 1, pieces.shape[1], cells.shape[0]
    flat = pieces.ravel()
    per_cell = n / (breaks[last + 1] - breaks[0])
    first = np.empty(BLOCK, np.int64)  # where a point's coefficients begin
    t, scale, v, d = np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK)
    for start in range(0, x.shape[0], BLOCK):
        m = min(BLOCK, x.shape[0] - start)
        for i in range(m):
            at = x[start + i]
            cell = int((at - breaks[0]) * per_cell) if at == at else 0
            piece = cells[min(max(cell, 0), n - 1)]
            piece -= (at < breaks[piece]) & (piece > 0)
            piece += (at >= breaks[piece + 1]) & (piece < last)
            first[i] = piece * size
            scale[i] = 2.0 / (breaks[piece + 1] - breaks[piece])
            t[i] = (at - breaks[piece]) * scale[i] - 1.0
            v[i], d[i] = 0.0, 0.0
        for k in range(size - 1, -1, -1):
            for i in range(m):
                d[i] = d[i] * t[i] + v[i]
                v[i] = v[i] * t[i] + flat[first[i] + k]
        for i in range(m):
            value[start + i] = v[i]
            slope[start + i] = d[i] * scale[i]
