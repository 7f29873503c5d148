"""Principal axes along which the rows are Gaussian leave as a factor, where all terms together have no maximum.

A Gaussian direction lies on the boundary of existence, where noise decides. Left are all terms of the other axes, and
linear and quadratic ones of these: the density is a product, which has a maximum whenever that of the others has.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.models.polynomial.exact.grid import Summed
from symcat.models.polynomial.exact.maximum import Maximum, maximum
from symcat.models.polynomial.exact.newton import Problem
from symcat.models.polynomial.exact.rows import RowAverages
from symcat.models.polynomial.exact.terms import Terms
from symcat.models.relaxation import Refusal
from symcat.models.tails import two_sided

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_ERRORS = 3.0
"""Standard errors of skewness and kurtosis within which an axis counts as Gaussian."""
_LEVEL = 1e-3
"""Of the test that Gaussian axes do not depend on the others, by the averages of all products."""


def gaussian_axes(seen: RowAverages, terms: Terms) -> Mask:
    """(d,) the axes that may leave; none where all are Gaussian, or where they depend on the others."""
    unit, n = np.eye(terms.dimension, dtype=np.int64), seen.count
    third, fourth = (seen.averages[[terms.place[tuple((k * row).tolist())] for row in unit]] for k in (3, 4))
    free = (np.abs(third) < _ERRORS * np.sqrt(6.0 / n)) & (np.abs(fourth - 3.0) < _ERRORS * np.sqrt(24.0 / n))
    nothing = np.zeros(terms.dimension, dtype=bool)
    if free.all() or not free.any():
        return nothing
    order = terms.exponents.sum(axis=1)
    mixed = np.flatnonzero(terms.exponents[:, free].any(axis=1) & terms.exponents[:, ~free].any(axis=1) & (order > 2))
    rest = terms.exponents[mixed] * ~free
    averages = seen.averages[[terms.place[tuple(e)] for e in rest.tolist()]]
    implied = averages * _normal(terms.degree)[terms.exponents[mixed][:, free]].prod(axis=1)
    score = (seen.averages[mixed] - implied) / np.sqrt(np.diagonal(seen.covariance)[mixed] / n)
    return free if len(mixed) * float(two_sided(score).min()) > _LEVEL else nothing


def product_maximum(problem: Problem, free: Mask, seen: RowAverages, word: str) -> Maximum | Refusal:
    """The maximum for the statistics above; the axes ``free`` (d,) are standard normal."""
    terms, stay = problem.terms, np.flatnonzero(~free)
    inner = Terms.of(len(stay), terms.degree)
    embedded = np.zeros((inner.count, terms.dimension), dtype=np.int64)
    embedded[:, stay] = inner.exponents
    at = np.array([terms.place[tuple(e)] for e in embedded.tolist()])
    own = Problem(problem.averages[at], np.eye(inner.count)[1:], inner)
    best = maximum(own, float(seen.count), seen.lo[stay], seen.hi[stay], word)
    if isinstance(best, Refusal):
        return best
    theta = np.zeros(terms.count)
    theta[at] = best.dual.theta
    theta[(terms.exponents[:, free] == 2).any(axis=1) & (terms.exponents.sum(axis=1) == 2)] = 0.5
    averages = best.dual.summed.averages
    for _ in range(int(free.sum())):
        averages = np.multiply.outer(averages, _normal(averages.shape[0] - 1))
    averages = np.moveaxis(averages, range(terms.dimension), [*stay, *np.flatnonzero(free)])
    log_z = best.dual.summed.log_partition + 0.5 * float(free.sum()) * float(np.log(2.0 * np.pi))
    whole = problem.given(theta, Summed(best.dual.summed.weighed, log_z, averages))
    if whole is None:
        return Refusal("the product of its factors is singular")
    return Maximum(whole, best.grid, best.barrier)


def _normal(highest: int) -> Floats:
    """(highest + 1,) averages of the powers of a standard normal column."""
    out = np.ones(highest + 1)
    for k in range(1, highest + 1):
        out[k] = 0.0 if k % 2 else (k - 1.0) * (out[k - 2] if k > 1 else 1.0)
    return out
