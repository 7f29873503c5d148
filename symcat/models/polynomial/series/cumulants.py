"""Third and fourth cumulants of whitened columns, from one reading of the rows, as a group would have them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.models.polynomial.exact.bases import Axes
from symcat.models.polynomial.exact.terms import Terms
from symcat.models.polynomial.series.hermite import DEGREE, Hermites
from symcat.models.polynomial.tensors import tensors_of
from symcat.symmetry.invariance import Invariant
from symcat.symmetry.sufficient_statistics import SufficientStatistics

Floats = NDArray[np.float64]

_AT_ONCE = 8192


@dataclass(frozen=True)
class Cumulants:
    """In standardised principal ``axes`` z of d columns: averages (M,) of the Hermite products over ``count`` rows."""

    axes: Axes
    count: float
    hermite: Floats

    @property
    def dimension(self) -> int:
        return len(self.axes.origin)

    @cached_property
    def tensors(self) -> dict[int, Floats]:
        """The cumulants of order three and four, (d, d, d) and (d, d, d, d)."""
        hermites = Hermites.of(self.dimension)
        found = tensors_of(hermites.terms.exponents[1:], (self.hermite / hermites.norms)[1:])
        return {3: found["g"], 4: found["u"]}

    @cached_property
    def monomials(self) -> Floats:
        """(M,) averages of the monomials in z."""
        constant = np.zeros_like(self.hermite)
        constant[0] = 1.0
        out: Floats = Hermites.of(self.dimension).of_monomials @ (self.hermite + constant)
        return out


def monomial_averages(batches: Iterable[Floats], center: Floats, scale: Floats) -> tuple[Floats, float]:
    """(M,) averages of all monomials of ``(x - center) / scale`` to degree four over rows (m, d), and their number."""
    d, count = len(center), 0
    i, j = np.triu_indices(d)
    first, second = np.zeros(d), np.zeros((d, d))
    third, fourth = np.zeros((d, len(i))), np.zeros((len(i), len(i)))
    for batch in batches:
        for start in range(0, len(batch), _AT_ONCE):
            clock.check()
            y = (batch[start : start + _AT_ONCE] - center) / scale
            pairs = y[:, i] * y[:, j]
            first += y.sum(axis=0)
            second += y.T @ y
            third += y.T @ pairs
            fourth += pairs.T @ pairs
            count += len(y)
    pair = np.zeros((d, d), dtype=np.intp)
    pair[i, j] = pair[j, i] = np.arange(len(i))
    terms = Terms.of(d, DEGREE)
    out = np.empty(terms.count)
    for m, e in enumerate(terms.exponents):
        at = np.repeat(np.arange(d), e)
        if len(at) == 0:
            out[m] = count
        elif len(at) == 1:
            out[m] = first[at[0]]
        elif len(at) == 2:
            out[m] = second[at[0], at[1]]
        elif len(at) == 3:
            out[m] = third[at[0], pair[at[1], at[2]]]
        else:
            out[m] = fourth[pair[at[0], at[1]], pair[at[2], at[3]]]
    return out / count, float(count)


def projected(averages: Floats, found: Invariant, terms: Terms) -> Floats:
    """(M,) the averages of the monomials of the group's own columns, each taken over the group."""
    if found.group.name == "none":
        return averages
    chosen = SufficientStatistics.invariants(terms.dimension, terms.degree, found.group.name)
    at = [terms.place[tuple(e)] for e in chosen.exponents.tolist()]
    of_orbit = chosen.weights @ averages[at]
    out = np.zeros_like(averages)
    out[0] = 1.0
    # Orbits do not meet: each monomial is in one of them, or the group averages it to zero.
    orbit = (chosen.weights != 0.0).argmax(axis=0)
    share = np.array([found.group.share(tuple(e)) for e in chosen.exponents.tolist()])
    out[at] = share * of_orbit[orbit]
    return out


def cumulants_of(averages: Floats, count: float, center: Floats, scale: Floats) -> Cumulants:
    """Of averages (M,) of the monomials of ``(x - center) / scale``, whose covariance is not singular."""
    d = len(center)
    hermites = Hermites.of(d)
    terms = hermites.terms
    mean = averages[1 : d + 1]
    second = np.zeros((d, d))
    for m in np.flatnonzero(terms.exponents.sum(axis=1) == 2):
        i, j = np.repeat(np.arange(d), terms.exponents[m])
        second[i, j] = second[j, i] = averages[m]
    own = Axes.of(mean, second - np.outer(mean, mean), terms.real)
    in_z = terms.in_axes(own.matrix, -own.matrix @ mean) @ averages
    # Of whitened columns the cumulants are the averages less the Gaussian's, and those of order one and two are zero.
    order = terms.exponents.sum(axis=1)
    hermite = np.where(order > 2, in_z - np.where(order == 4, hermites.of_monomials[:, 0], 0.0), 0.0)
    return Cumulants(Axes(own.matrix / scale, center + scale * mean), count, hermite)
