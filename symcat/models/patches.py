"""Tensor polynomials on boxes: the form in which the catalogue stores functions of several reduced statistics.

In one variable they are the segments of ``models.piecewise``, which has loops of its own for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BLOCK = 1024
"""Points evaluated side by side, so that what they need stays near the processor."""


@dataclass(frozen=True)
class Patches:
    """Functions of D variables on boxes that tile a box, each a polynomial of the same degree in every variable.

    ``coefficients[p, q, i, j, ...]`` multiplies ``t_1^i t_2^j ...`` of function ``names[q]`` on patch p, with the local
    variables ``t = (2 x - lo - hi) / (hi - lo)`` in [-1, 1]. The edges of the patches lie on a regular grid, as those
    of repeated bisection do, so that the patch of a point is found by arithmetic.

    >>> import numpy as np
    >>> from symcat.models.patches import Patches
    >>> product = Patches(("xy",), np.zeros((1, 2)), np.full((1, 2), 2.0), np.ones((1, 1, 2, 2)))
    >>> value, gradient = product.evaluate(np.array([[0.5, 2.0]]))  # (1 + t_1)(1 + t_2) = x y
    >>> value.tolist(), gradient.tolist()
    ([[1.0]], [[[2.0], [0.5]]])
    """

    names: tuple[str, ...]  # (Q,)
    lo: Floats  # (P, D)
    hi: Floats  # (P, D)
    coefficients: Floats  # (P, Q, n, ..., n), n - 1 the degree

    @classmethod
    def of(
        cls, lo: Sequence[Sequence[float]], hi: Sequence[Sequence[float]], flat: Mapping[str, Sequence[Any]]
    ) -> Patches:
        """From the corners of P boxes, and for each function the coefficients of every patch one after another.

        The power of the last variable rises first. Raises ValueError where they are not those of one degree.
        """
        corner = np.array(lo, dtype=np.float64)
        found = np.stack([np.array(flat[name], dtype=np.float64) for name in sorted(flat)], axis=1)
        size = round(found.shape[2] ** (1.0 / corner.shape[1]))
        shape = (*found.shape[:2], *(size,) * corner.shape[1])
        return cls(tuple(sorted(flat)), corner, np.array(hi, dtype=np.float64), found.reshape(shape))

    @property
    def dimension(self) -> int:
        """D."""
        return int(self.lo.shape[1])

    @cached_property
    def cells(self) -> NDArray[np.intp]:
        """The patch of every cell of the regular grid whose steps are the smallest patch's edges.

        Raises ValueError where the patches do not tile a box, or their edges do not lie on that grid.
        """
        if not tiles(self.lo, self.hi):
            raise ValueError("the patches do not tile a box")
        origin, smallest = self.lo.min(axis=0), (self.hi - self.lo).min(axis=0)
        shape = np.rint((self.hi.max(axis=0) - origin) / smallest).astype(int)
        step = (self.hi.max(axis=0) - origin) / shape
        first, last = (self.lo - origin) / step, (self.hi - origin) / step
        if max(np.abs(first - np.rint(first)).max(), np.abs(last - np.rint(last)).max()) > 1e-6:
            raise ValueError("the edges of the patches do not lie on a regular grid")
        cells = np.empty(tuple(shape), dtype=np.intp)
        for patch, (begin, end) in enumerate(zip(np.rint(first).astype(int), np.rint(last).astype(int), strict=True)):
            cells[tuple(slice(a, b) for a, b in zip(begin, end, strict=True))] = patch
        return cells

    def find(self, points: Floats) -> NDArray[np.intp]:
        """(m,) the patch of every point (m, D): the nearest one outside, any one for what is not a number."""
        origin, shape = self.lo.min(axis=0), np.array(self.cells.shape)
        place = np.nan_to_num((points - origin) * (shape / (self.hi.max(axis=0) - origin)))
        inside = np.clip(place, 0, shape - 1).astype(np.intp)
        found: NDArray[np.intp] = self.cells[tuple(inside.T)]
        return found

    def evaluate(self, points: Floats) -> tuple[Floats, Floats]:
        """Values (Q, m) and derivatives (Q, D, m) at points (m, D). Outside it extrapolates; the caller checks."""
        points = np.asarray(points, dtype=np.float64)
        functions, dimension = len(self.names), self.dimension
        values, slopes = np.empty((functions, len(points))), np.empty((functions, dimension, len(points)))
        patch = self.find(points)
        # Points of one patch together; sorting small whole numbers takes one sweep.
        order = np.argsort(patch.astype(np.uint16), kind="stable")
        ends = np.cumsum(np.bincount(patch, minlength=len(self.lo)))
        columns = np.ascontiguousarray(points[order].T)
        sorted_values, sorted_slopes = np.empty_like(values), np.empty_like(slopes)
        for p in np.unique(patch):
            middle, scale = 0.5 * (self.lo[p] + self.hi[p]), 2.0 / (self.hi[p] - self.lo[p])
            for start in range(ends[p - 1] if p else 0, ends[p], BLOCK):
                here = slice(start, min(start + BLOCK, ends[p]))
                t = (columns[:, here] - middle[:, None]) * scale[:, None]
                sorted_values[:, here], slope = tensor(self.coefficients[p], t)
                sorted_slopes[:, :, here] = slope * scale[:, None]
        values[:, order], slopes[:, :, order] = sorted_values, sorted_slopes
        return values, slopes


def tensor(coefficients: Floats, t: Floats) -> tuple[Floats, Floats]:
    """Values (Q, m) and derivatives (Q, D, m) of polynomials with coefficients (Q, n, ..., n) at t (D, m)."""
    functions, size = coefficients.shape[:2]
    found: list[NDArray[Any]] = [
        coefficients.reshape(-1, size)
    ]  # the value, then the derivatives by the variables summed over so far
    for axis in range(len(t) - 1, -1, -1):
        powers = np.empty((size, t.shape[1]))
        powers[0] = 1.0
        for k in range(1, size):
            np.multiply(powers[k - 1], t[axis], out=powers[k])
        slopes = np.zeros_like(powers)
        np.multiply(powers[:-1], np.arange(1.0, size)[:, None], out=slopes[1:])
        by_axis = _summed(found[0], slopes)
        found = [_summed(part, powers) for part in found]
        found.insert(1, by_axis)
        if axis:
            found = [part.reshape(-1, size, t.shape[1]) for part in found]
    return found[0], np.stack(found[1:], axis=1).reshape(functions, len(t), -1)


def _summed(coefficients: Floats, powers: Floats) -> Floats:
    """Coefficients (R, n), or (R, n, m) that differ from point to point, times powers (n, m), summed over n."""
    if coefficients.ndim == 2:
        return coefficients @ powers
    total: Floats = np.einsum("rnm,nm->rm", coefficients, powers)
    return total


def tiles(lo: Floats, hi: Floats) -> bool:
    """Whether boxes (P, D) fill the smallest box around them, each point once; edges must meet exactly."""
    edges = [np.unique(np.concatenate([lo[:, axis], hi[:, axis]])) for axis in range(lo.shape[1])]
    covered = np.zeros(tuple(len(edge) - 1 for edge in edges), dtype=np.intp)
    for begin, end in zip(lo, hi, strict=True):
        covered[tuple(slice(*np.searchsorted(e, (a, b))) for e, a, b in zip(edges, begin, end, strict=True))] += 1
    return bool((covered == 1).all() and (lo < hi).all())
