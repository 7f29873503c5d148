"""The maximum of the likelihood of ``exp(-F) / Z`` on the line, F a polynomial of degree four, six or eight, or even.

For a batch of groups, from averages of powers of a standardised variable; the search itself is in ``kernels``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.loops import loop
from symcat.models.scalar import kernels

Floats = NDArray[np.float64]

ROWS_NOT_STATED = 1e6
"""Rows that averages looked up count as, where their number is not stated, when a hump is judged."""

_WORK = 30
"""Of a fit, in readings of a table: some seventy at once are worth compiling for."""


@dataclass(frozen=True)
class Found:
    """``F = sum_k theta_k s^k`` of G groups, s the variable or its square; not numbers where ``code`` is not 0.

    ``grid`` (G, 3) is the interval and the number of points that the sums were taken over, ``error`` the largest
    error of an average, relative to its size or one, and of log Z on another grid, and ``seen`` (G, 3) where F turns
    down, how high above its minimum it is there, and the mass beyond.
    """

    theta: Floats  # (G, K + 1), the constant zero
    log_z: Floats
    error: Floats
    grid: Floats
    seen: Floats
    code: NDArray[np.int64]

    @property
    def answered(self) -> NDArray[np.bool_]:
        """(G,) where there is a maximum."""
        out: NDArray[np.bool_] = self.code == kernels.ANSWERED
        return out

    def of(self, groups: NDArray[np.intp] | NDArray[np.bool_]) -> Found:
        """What was found of some of the groups."""
        return type(self)(*(getattr(self, f.name)[groups] for f in fields(self)))


def empty(averages: Floats) -> Found:
    """To be filled."""
    groups, size = averages.shape
    return Found(
        theta=np.zeros((groups, size)),
        log_z=np.empty(groups),
        error=np.empty(groups),
        grid=np.zeros((groups, 3)),
        seen=np.empty((groups, 3)),
        code=np.zeros(groups, dtype=np.int64),
    )


def search(averages: Floats, count: Floats, *, even: bool, start: Found | None = None, anew: bool = True) -> Found:
    """The maximum for averages (G, K + 1) of ``s^0, s^1, ..., s^K``, over ``count`` (G,) rows.

    Of a variable ``y = s`` of mean 0 and variance 1, and K even; or of ``s = y^2`` with average 1. ``count`` is NaN
    where it is not known. Groups with an answer in ``start``, of this degree or of a lower one, are sought from there,
    and if that leads nowhere, ``anew`` as all others.
    """
    found, groups = empty(averages), len(averages)
    if start is not None:
        found.theta[start.answered, : start.theta.shape[1]] = start.theta[start.answered]
        found.grid[start.answered] = start.grid[start.answered]
    rows = np.where(np.isfinite(count), count, ROWS_NOT_STATED)
    with np.errstate(all="ignore"):
        run(kernels.maximise, groups)(
            np.ascontiguousarray(averages), rows, even, anew, found.theta, found.log_z, found.error, found.grid,
            found.seen, found.code,
        )  # fmt: skip
    refused = ~found.answered
    for values in (found.theta, found.log_z, found.error):
        values[refused] = np.nan
    return found


def orthonormal(theta: Floats, grid: Floats, top: int, *, even: bool, odd: bool = False) -> Floats:
    """(G, top + 1, top + 1) coefficients, of powers of s, of the polynomials orthonormal for these densities.

    With ``odd`` those of y times a polynomial in y^2, and its coefficients. Not numbers where theta is none.
    """
    made = np.isfinite(theta).all(axis=1)
    out = np.full((len(theta), top + 1, top + 1), np.nan)
    with np.errstate(all="ignore"):
        run(kernels.polynomials, len(theta))(
            np.ascontiguousarray(theta), np.ascontiguousarray(grid), even, odd, made, out
        )
    return out


def run(
    function: Callable[..., Any], groups: int, inner: tuple[Callable[..., Any], ...] = kernels.INNER
) -> Callable[..., None]:
    """The loop, compiled where the groups of this call are worth it: what was fitted before changes no digit."""
    return loop(groups * _WORK, function, *inner)
