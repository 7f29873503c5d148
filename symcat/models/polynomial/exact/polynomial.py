"""The classes whose couplings are had by integration: polynomials of four real columns or fewer, also beside others.

Two-valued columns are summed over: of ``mixed.quartic`` and ``mixed.sextic`` all terms are fitted. Of real columns
alone, the invariants of the most symmetric group that the rows do not rule out, and all terms; of those that have a
maximum, no lower than the Gaussian's, the smaller BIC is taken. See ``maximum`` for what is accepted.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.models.base import Center, Options
from symcat.models.batches import refused_fit
from symcat.models.fit import LOG_Z_ERROR, Fit, Moves
from symcat.models.polynomial import checks, restoring, waves
from symcat.models.polynomial.exact import shape
from symcat.models.polynomial.exact.bases import Axes, Basis, every_term, invariants, without_free
from symcat.models.polynomial.exact.factors import gaussian_axes, product_maximum
from symcat.models.polynomial.exact.maximum import Maximum, maximum
from symcat.models.polynomial.exact.newton import Problem
from symcat.models.polynomial.exact.rows import Measured, RowAverages, next_powers
from symcat.models.polynomial.exact.terms import Terms
from symcat.models.polynomial.given_others import OfTarget
from symcat.models.relaxation import Refusal
from symcat.symmetry.invariance import most_symmetric

Floats = NDArray[np.float64]

MOST_COLUMNS = 4
"""That are integrated over."""

MOST_BESIDE = {4: {1: 5, 2: 3, 3: 2}, 6: {1: 5, 2: 2}}
"""Two-valued columns that are summed over, by degree and number of real ones."""

_QUICK = {4: 3, 6: 2}
"""Columns up to which the search takes about as long as those of other classes, by degree."""

_ROUNDING = 1e-4  # nats in all
_AVERAGES = "its couplings follow from averages of all its terms, for one whole table at a time"


class ExactPolynomial(OfTarget):
    """A polynomial of few enough real columns to be integrated over."""

    full_rank = True

    def __init__(self, label: str, schema: Schema, options: Options) -> None:
        super().__init__(label, schema, options)
        self.searches_long = len(schema.at("real")) > _QUICK[self.degree]

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """No answer from averages of two columns."""
        return refused_fit(self.label, moments.count, _AVERAGES)

    def integrated(
        self, rows: Iterable[Floats], moments: Moments, center: Center = None, *, least: float = -np.inf
    ) -> Fit:
        """The maximum of the likelihood over the rows given, by integration.

        The couplings are those about the sample mean, or the centre given.
        """
        held = restoring.held(rows)
        if isinstance(held, Refusal):
            return refused_fit(self.label, moments.count, held.reason)
        terms = Terms.of(len(self.schema), self.degree, self.two_valued)
        if len(held) <= 2 * (terms.count - 1):
            few = f"{len(held)} rows cannot determine {terms.count - 1} couplings"
            return refused_fit(self.label, moments.count, few)
        sampled = len(held) < moments.count[0]
        found = fitted(self.label, held, center, terms, sampled=sampled, least=-np.inf if sampled else least)
        return refused_fit(self.label, moments.count, found.reason) if isinstance(found, Refusal) else found


def fitted(
    label: str, rows: Floats, center: Center, terms: Terms, *, sampled: bool = False, least: float = -np.inf
) -> Fit | Refusal:
    """The fit of rows (n, d), or why there is none; of log-likelihood ``least`` or more where one has that."""
    unusable = restoring.unusable(rows, terms.degree)
    if unusable is not None:
        return unusable
    mean, deviation = rows.mean(axis=0), rows.std(axis=0)
    correlation = np.cov(((rows - mean) / deviation).T, bias=True).reshape(len(mean), -1)
    axes = Axes.of(mean, correlation * np.outer(deviation, deviation), terms.real)
    known = not (center is None or isinstance(center, str))
    point = np.asarray(center, dtype=np.float64) if known else axes.origin
    measured = Measured(rows, terms)
    if _on_a_surface(measured.about(axes), terms):
        return Refusal(
            f"a polynomial of degree {terms.degree // 2} is zero on all rows (a sphere, a curve, a few points): the "
            "likelihood has no finite maximum"
        )
    if terms.two_valued:
        return _fit(label, measured, every_term(axes, terms, point), sampled)
    acting = most_symmetric(rows, point, deviation, known)
    gaussian = -len(rows) * (0.5 * len(mean) * (1.0 + np.log(2.0 * np.pi)) + axes.log_volume)
    fewest: Fit | Refusal | None = None
    if acting.group.name != "none":
        fewest = _fit(label, measured, invariants(axes, terms, acting, center_known=known), sampled)
    every = _fit(label, measured, every_term(axes, terms, point), sampled)
    found = [one for one in (fewest, every) if isinstance(one, Fit) and one.log_likelihood[0] >= gaussian - _ROUNDING]
    if found:
        # A symmetric one is about the sample mean, and special cases may have found a better centre.
        reaching = [one for one in found if one.log_likelihood[0] >= least - _ROUNDING]
        return min(reaching or found, key=lambda one: float(one.bic[0]))
    free = gaussian_axes(measured.about(axes), terms)
    if not free.any():
        return every
    product = _fit(label, measured, without_free(axes, terms, point, free), sampled, free)
    return every if isinstance(product, Refusal) else product


def _fit(
    label: str, measured: Measured, basis: Basis, sampled: bool, free: NDArray[np.bool_] | None = None
) -> Fit | Refusal:
    """The fit of one choice of statistics."""
    terms, rows, seen = measured.terms, measured.rows, measured.about(basis.axes)
    problem = Problem(seen.averages[: terms.count], basis.statistics, terms)
    lo, hi = basis.with_images(seen.lo, seen.hi, seen.farthest)
    word, gaussian = _WORDS[terms.degree], np.zeros(terms.dimension, dtype=bool) if free is None else free
    if free is None:
        best = maximum(problem, float(seen.count), lo, hi, word)
    else:
        best = product_maximum(problem, free, seen, word)
    if isinstance(best, Refusal):
        return best
    from scipy.linalg import solve_triangular

    n, dual, k = seen.count, best.dual, len(basis.statistics)
    inverse = solve_triangular(dual.factor, np.eye(k))
    fisher_inverse = inverse @ inverse.T
    couplings = basis.back @ basis.coefficients(dual.theta)
    # The constant of F in other coordinates belongs to log Z.
    log_z = dual.summed.log_partition + basis.axes.log_volume + float(couplings[0])
    return Fit(
        label=label,
        count=np.array([float(n)]),
        parameters={"mean": basis.center[None], **restoring.tensors(terms, couplings[None])},
        standard_errors=restoring.errors(basis, terms, fisher_inverse / n, rows),
        log_partition=np.array([log_z]),
        log_likelihood=np.array([-n * (dual.value + basis.axes.log_volume)]),
        n_parameters=basis.n_parameters,
        statistics={
            checks.ERROR: np.array([dual.residual]),
            LOG_Z_ERROR: np.zeros(1),
            checks.NEXT: _of_all(terms, _next(seen, best, basis, terms, fisher_inverse))[None],
            waves.SHAPE: shape.of(best, basis, terms, gaussian, fisher_inverse, rows)[None],
        },
        reason=np.zeros(1, dtype=np.int8),
        note=_note(best, basis, sampled),
        moves=Moves(restoring.moving(seen.averages[: terms.count], seen.count, basis, terms, fisher_inverse)),
    )


_WORDS = {4: "quartic", 6: "sextic"}


def _of_all(terms: Terms, of_real: Floats) -> Floats:
    """(d,) from numbers of the real columns, which two-valued ones do not have."""
    out = np.full(terms.dimension, np.nan)
    out[terms.real] = of_real
    return out


def _on_a_surface(seen: RowAverages, terms: Terms) -> bool:
    """Whether a polynomial vanishes on all rows whose square F may have: the matrix of moments is singular."""
    lower = Terms.of(terms.dimension, terms.degree // 2, terms.two_valued)
    place = np.zeros(terms.shape, dtype=np.int64)
    place[terms.at] = np.arange(terms.count)
    matrix = seen.averages[place[lower.products_at]]
    size = np.sqrt(np.diagonal(matrix))
    return not np.linalg.eigvalsh(matrix / np.outer(size, size))[0] > restoring.SINGULAR


def _next(seen: RowAverages, best: Maximum, basis: Basis, terms: Terms, fisher_inverse: Floats) -> Floats:
    """(r,) the next even power of each real column, the data's less the model's, in standard errors.

    The couplings were fitted to the same rows: the error is that of what the statistics do not explain of the power.
    """
    higher, powers = next_powers(basis.axes, terms)
    averages = best.dual.summed.averages
    difference = seen.averages[terms.count :] - powers @ averages[higher.at]
    needed = np.flatnonzero(powers.any(axis=0))
    exponents = higher.exponents[needed]
    joint = averages[terms.powers_at(exponents)]
    means = np.outer(averages[tuple(exponents.T)], averages[terms.at])
    explained = powers[:, needed] @ (joint - means) @ basis.statistics.T @ fisher_inverse @ basis.statistics
    weights = np.concatenate([-explained, np.eye(len(terms.real))], axis=1)
    variance = ((weights @ seen.covariance) * weights).sum(axis=1)
    out: Floats = difference / np.sqrt(variance / seen.count)
    return out


def _note(best: Maximum, basis: Basis, sampled: bool) -> str:
    """How the answer was found, for its reader."""
    points = " x ".join(map(str, best.grid.points))
    parts = [f"integrated over {points} points, averages met to {best.dual.residual:.0e} standard deviations"]
    if basis.words:
        parts.append(basis.words)
    if best.barrier < np.inf:
        parts.append(
            f"F falls again far outside the data, behind a barrier of {best.barrier:.0f} nats: what lies there is left "
            "out"
        )
    if sampled:
        parts.append("from the random sample of rows that the statistics keep")
    return "; ".join(parts)
