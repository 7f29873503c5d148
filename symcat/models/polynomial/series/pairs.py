"""A quartic F whose terms have at most two columns each: g_iii, g_iij, u_iiii, u_iiij and u_iijj, about any centre.

Its couplings depend on the averages of these terms alone. The other cumulants are not the data's but those that make
the other couplings zero; they follow from the series itself, an order with each pass.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from symcat.models.polynomial.exact.bases import Axes, Basis
from symcat.models.polynomial.exact.terms import Terms
from symcat.models.polynomial.series.cumulants import Cumulants
from symcat.models.polynomial.series.expansion import Expansion
from symcat.models.polynomial.series.hermite import Hermites
from symcat.models.polynomial.series.summing import Series
from symcat.models.polynomial.tensors import NAMES, tensors_of

Floats = NDArray[np.float64]

COLUMNS = 2
"""That a term has at most."""


def of_pairs(axes: Axes, terms: Terms, center: Floats) -> Basis:
    """The monomials of at most two of the table's own columns; the couplings are those about ``center``."""
    back = np.linalg.inv(axes.matrix)  # x = back z + origin
    scale = np.sqrt((back**2).sum(axis=1))
    in_z = terms.in_axes(back / scale[:, None], (axes.origin - center) / scale)
    kept = np.flatnonzero((terms.exponents > 0).sum(axis=1) <= COLUMNS)[1:]
    unit = np.prod(scale**terms.exponents, axis=1)
    weights = np.eye(terms.count)[kept]
    words = f"{len(kept)} terms of one and two columns, the others zero"
    return Basis(axes, in_z[kept], weights.T / unit[:, None], center, len(kept), words)


@dataclass(frozen=True)
class Projection:
    """Onto sums of the statistics of a basis, nearest under the Gaussian; ``span`` (M, r) is orthonormal there."""

    hermites: Hermites
    span: Floats

    @classmethod
    def onto(cls, basis: Basis, dimension: int) -> Projection:
        """Onto the statistics of this basis."""
        hermites = Hermites.of(dimension)
        found = basis.statistics @ hermites.of_monomials * np.sqrt(hermites.norms)
        found[:, 0] = 0.0  # a constant is no statistic
        return cls(hermites, np.linalg.qr(found.T)[0])

    def __call__(self, entries: Floats) -> Floats:
        """(M,) averages of the Hermite products, or the entries of tensors that belong to them."""
        unit = np.sqrt(self.hermites.norms)
        out: Floats = unit * (self.span @ (self.span.T @ (entries / unit)))
        return out

    def tensors(self, given: dict[int, Floats]) -> dict[int, Floats]:
        """Likewise of tensors v_k."""
        hermites = self.hermites
        found = tensors_of(hermites.terms.exponents[1:], (self(hermites.entries(given)) / hermites.norms)[1:])
        return {k: found[NAMES[k - 1]] for k in given}


def restricted(data: Cumulants, basis: Basis, expansion: Expansion) -> tuple[Cumulants, Series]:
    """The data's cumulants as the statistics of a basis determine them, and the series of their couplings."""
    projection = Projection.onto(basis, data.dimension)
    data = replace(data, hermite=projection(data.hermite))
    series = series_of(data, expansion)
    for _ in range(len(series.steps)):
        couplings = np.sum([projection.hermites.entries(one) for one in series.steps], axis=0)
        outside = couplings - projection(couplings)
        if not np.abs(outside).max() > 1e-14 or not np.isfinite(outside).all():
            break
        # A coupling is less its cumulant, to first order. Those of degree one and two are all among the statistics.
        outside[projection.hermites.terms.exponents.sum(axis=1) <= 2] = 0.0
        data = replace(data, hermite=data.hermite + outside)
        series = series_of(data, expansion)
    return data, Series([projection.tensors(one) for one in series.steps])


def series_of(data: Cumulants, expansion: Expansion) -> Series:
    """The terms of all orders."""
    tensors = data.tensors
    orders = expansion.at(tensors[3] if tensors[3].any() else None, tensors[4])
    return Series.of(orders, expansion.highest)
