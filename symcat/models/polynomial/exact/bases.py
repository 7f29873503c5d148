"""Which statistics a polynomial is fitted to, in standardised principal axes, and the couplings in the data's units.

``z = axes (x - origin)`` are uncorrelated with variance 1, so that a Hessian scaled to a unit diagonal is well
conditioned and its steps do not depend on the units of the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from symcat.models.polynomial.exact.terms import Terms
from symcat.symmetry.invariance import Invariant
from symcat.symmetry.sufficient_statistics import SufficientStatistics

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Axes:
    """Standardised principal axes of rows about an origin (d,)."""

    matrix: Floats  # (d, d)
    origin: Floats

    @classmethod
    def of(cls, mean: Floats, covariance: Floats, real: Sequence[int]) -> Axes:
        """Of columns scaled to variance 1 first, so that their units do not matter; those not ``real`` stay."""
        deviation = np.sqrt(np.diagonal(covariance))[real]
        value, vector = np.linalg.eigh(covariance[np.ix_(real, real)] / np.outer(deviation, deviation))
        matrix, origin = np.eye(len(mean)), np.zeros(len(mean))
        matrix[np.ix_(real, real)] = (vector / np.sqrt(value)).T / deviation
        origin[real] = mean[real]
        return cls(matrix, origin)

    def __call__(self, rows: Floats) -> Floats:
        return (rows - self.origin) @ self.matrix.T

    @property
    def log_volume(self) -> float:
        """log of the volume of x for one of z."""
        return -float(np.linalg.slogdet(self.matrix)[1])


@dataclass(frozen=True)
class Basis:
    """Statistics as sums of monomials in z (K, M), and the couplings of monomials about ``center`` in x from theirs.

    ``back`` is (M, K), the constant first. ``n_parameters`` counts what else is estimated; ``words`` tell the symmetry.
    """

    axes: Axes
    statistics: Floats
    back: Floats
    center: Floats
    n_parameters: int
    words: str = ""
    images: Literal["none", "opposite", "turned"] = "none"
    center_is_estimated: bool = False

    def with_images(self, lo: Floats, hi: Floats, farthest: float) -> tuple[Floats, Floats]:
        """Where the data end along each axis (d,), with what the symmetry makes of them."""
        if self.images == "none":
            return lo, hi
        far = np.maximum(-lo, hi) if self.images == "opposite" else np.full(len(lo), farthest)
        return -far, far

    def coefficients(self, theta: Floats) -> Floats:
        """(K,) what multiplies each statistic, from the couplings (M,) in z, which are sums of these."""
        found = np.linalg.lstsq(self.statistics.T, theta, rcond=None)[0]
        out: Floats = np.asarray(found, dtype=np.float64)
        return out


def every_term(axes: Axes, terms: Terms, center: Floats) -> Basis:
    """All monomials; the couplings are those about ``center``, wherever that is."""
    moved = terms.in_axes(axes.matrix, axes.matrix @ (center - axes.origin))
    return Basis(axes, np.eye(terms.count)[1:], moved.T[:, 1:], center, terms.count - 1)


def _statistics_of(free: NDArray[np.bool_], terms: Terms) -> Floats:
    """(K, M) all terms of the axes that stay, and the linear and quadratic ones."""
    alone = ~terms.exponents[:, free].any(axis=1)
    kept = (alone | (terms.exponents.sum(axis=1) <= 2)) & (np.arange(terms.count) > 0)
    chosen: Floats = np.eye(terms.count)[kept]
    return chosen


def without_free(axes: Axes, terms: Terms, center: Floats, free: NDArray[np.bool_]) -> Basis:
    """All terms of the axes that are not ``free`` (d,), which are a Gaussian factor."""
    whole = every_term(axes, terms, center)
    statistics = _statistics_of(free, terms)
    words = f"{int(free.sum())} of {terms.dimension} principal axes, Gaussian within their errors, are a factor"
    return replace(
        whole,
        statistics=statistics,
        back=whole.back @ statistics[:, 1:].T,
        n_parameters=len(statistics),
        words=words,
    )


def invariants(axes: Axes, terms: Terms, found: Invariant, *, center_known: bool) -> Basis:
    """The invariants of a group about its centre."""
    d = terms.dimension
    chosen = SufficientStatistics.invariants(d, terms.degree, found.group.name)
    place = terms.place
    # Of the sign of all columns together each quadratic monomial is an invariant.
    quadratic = np.flatnonzero(chosen.weights[:, chosen.exponents.sum(axis=1) == 2].any(axis=1))
    weights = np.zeros((chosen.count, terms.count))
    weights[:, [place[tuple(e)] for e in chosen.exponents.tolist()]] = chosen.weights
    about = Axes(axes.matrix, found.center)
    # Monomials of the group's own columns (x - center) / scale, in those of z.
    in_z = terms.in_axes(np.linalg.inv(axes.matrix) / found.scale[:, None], np.zeros(d))
    unit = np.prod(found.scale**terms.exponents, axis=1)
    estimated = found.group.centered and not center_known
    return Basis(
        about,
        weights @ in_z,
        weights.T / unit[:, None],
        found.center,
        chosen.count + d * estimated,
        found.in_words,
        images="opposite" if len(quadratic) == d * (d + 1) // 2 else "turned",
        center_is_estimated=estimated,
    )
