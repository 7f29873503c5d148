"""Which sum of the series is taken, by the averages that it implies: each is weighed, the nearest to the data is best.

The averages of a sum are had by weighing rows of the Gaussian (``reweighted``). Their differences from the data's,
times the inverse of Fisher's matrix, are what a step of Newton's would change: how far the couplings are from the
maximum of the likelihood, to first order, whatever the series says of itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.models.polynomial.exact.bases import Basis
from symcat.models.polynomial.series import reweighted as weighing
from symcat.models.polynomial.series.confinement import BARRIER, Tensors, barrier
from symcat.models.polynomial.series.cumulants import Cumulants
from symcat.models.polynomial.series.hermite import Hermites, couplings_of
from symcat.models.polynomial.series.reweighted import Reweighted
from symcat.models.polynomial.series.summing import Series, Sum
from symcat.models.relaxation import Refusal

Floats = NDArray[np.float64]

FEWEST, MOST = 1 << 14, 1 << 18
"""Rows of the Gaussian that are weighed."""

_MOST_NUMBERS = 4e8  # rows times products that are evaluated for one sum
_MOST_FISHER = 4e10  # rows times products squared
_NOISE = 0.01  # of the variance that the data leave, that chance may add
_LEAST_SHARE = 0.1  # of the rows, that the weights must be worth
_PILOT = 1 << 13
_AS_NEAR = 2.0  # times the least distance from the averages, squared
_LARGEST = 0.5  # standard errors that the truncation may have over all couplings
_LARGEST_OF_ONE = 1.0  # and that of a single one
_DEVIATIONS = 3.0  # of chance, that are given beyond these
_STATED = 2.0  # and with which a truncation is stated


@dataclass(frozen=True)
class Judged:
    """A sum whose averages are those of the data, with what is known of it; couplings (K,) are of the statistics."""

    sum: Sum
    found: Reweighted
    fisher_inverse: Floats  # (K, K)
    step: Floats  # (K,) what the averages say that the sum leaves out at most, by a step of Newton's
    omitted: Floats  # (K,) what the series itself says
    normalised_error: float  # of the implied averages, in the errors that the data leave
    largest: float  # of the truncation, in standard errors
    barrier: float
    course: str  # the series in words


@dataclass(frozen=True)
class Hill:
    """The lowest barrier before F falls again, in nats above its value at the mean, and how far out it is."""

    height: float
    distance: float

    @property
    def in_words(self) -> str:
        behind = f"behind a barrier of {self.height:.2g} nats" if self.height > 0.0 else "behind no barrier"
        return (
            f"no normalisable quartic by the series: F falls beyond {self.distance:.2g} standard deviations from the "
            f"mean, {behind}"
        )


def hill_of(one: Sum) -> Hill:
    """That of a sum; infinite where it falls nowhere."""
    return Hill(*barrier(Tensors(couplings_of(one.tensors))))


def judge(series: Series, data: Cumulants, basis: Basis, seed: int) -> Judged | Refusal:
    """The best sum, or why none is the answer."""
    hermites = Hermites.of(data.dimension)
    sums = series.sums()
    hills = [hill_of(one) for one in sums]
    confined = [(one, hill.height) for one, hill in zip(sums, hills, strict=True) if hill.height >= BARRIER]
    if not confined:
        return Refusal(hills[0].in_words)
    rng = np.random.default_rng(seed)
    pilot = weighing.wide_rows(_PILOT, data.dimension, rng)
    first = [(weighing.reweighted(one.tensors, hermites, pilot), one, hill) for one, hill in confined]
    near = [each for each in first if each[0].share >= _LEAST_SHARE]
    if not near:
        return Refusal(
            f"the series leads too far from the Gaussian for its averages to be had by weighing: of {_PILOT:,} rows "
            f"the weights are worth {max(each[0].effective for each in first):.0f}; {course(series, data.count)}"
        )
    missed = [float(((each[0].averages - data.hermite)[1:] ** 2 / hermites.norms[1:]).sum()) for each in near]
    # The longest, unless another is clearly nearer: what chance adds is much the same for all.
    rough, chosen, height = next(each for each, far in zip(near, missed, strict=True) if far <= _AS_NEAR * min(missed))
    chance = data.count * float((rough.noise / hermites.norms)[1:].mean())
    most = int(min(MOST, _MOST_NUMBERS / hermites.terms.count))
    rows = weighing.wide_rows(int(np.clip(_PILOT * chance / _NOISE, FEWEST, most)), data.dimension, rng)
    found = weighing.reweighted(chosen.tensors, hermites, rows)
    if found.share < _LEAST_SHARE:
        return Refusal(f"of {len(rows):,} rows of the Gaussian the weights are worth {found.effective:.0f}")
    return _accepted(series, chosen, found, data, basis, hermites, height)


def _accepted(
    series: Series, chosen: Sum, found: Reweighted, data: Cumulants, basis: Basis, hermites: Hermites, height: float
) -> Judged | Refusal:
    """The sum with its errors, if these are small."""
    from scipy.linalg import LinAlgError, cho_factor, cho_solve

    of_statistics = basis.statistics @ hermites.of_monomials
    n, k = data.count, len(of_statistics)
    joint = weighing.fisher(found, hermites, int(_MOST_FISHER / hermites.terms.count**2))
    information = of_statistics @ joint @ of_statistics.T
    size = np.sqrt(np.diagonal(information))
    try:
        factor = cho_factor(information / np.outer(size, size))
    except LinAlgError:
        return Refusal("Fisher's matrix of the statistics is singular")
    inverse = cho_solve(factor, np.eye(k)) / np.outer(size, size)
    errors = np.sqrt(np.diagonal(inverse) / n)
    missed = of_statistics[:, 1:] @ (found.averages - data.hermite)[1:]
    step = inverse @ missed
    chance = np.sqrt(((inverse @ of_statistics) ** 2) @ found.noise)  # of the step
    omitted = couplings_of_statistics(hermites.in_monomials(chosen.omitted), basis)
    noise = n * float(np.einsum("ka,a,ka->", of_statistics, found.noise, inverse @ of_statistics)) / k
    error = float(np.sqrt(n * missed @ step / k))
    by_series = float(np.sqrt(n * omitted @ information @ omitted / k))
    beyond = np.maximum(np.maximum(np.abs(step) - _DEVIATIONS * chance, 0.0), np.abs(omitted)) / errors
    biased = max(error**2 - noise * (1.0 + _DEVIATIONS * np.sqrt(2.0 / k)), 0.0) ** 0.5
    if max(biased, by_series) > _LARGEST or beyond.max() > _LARGEST_OF_ONE:
        return Refusal(
            f"the series does not settle before the statistical error: {course(series, n)}; {chosen.name} leaves out "
            f"{by_series:.2g} standard errors of a coupling on average and {beyond.max():.2g} of the worst, and misses "
            f"the averages by {error:.2g}"
        )
    step += np.copysign(_STATED * chance, step)
    largest = float((np.maximum(np.abs(omitted), np.abs(step)) / errors).max())
    return Judged(chosen, found, inverse, step, omitted, error, largest, height, course(series, n))


def couplings_of_statistics(monomials: Floats, basis: Basis) -> Floats:
    """(K,) what multiplies each statistic in a sum of monomials (M,) in z, up to its constant."""
    statistics = basis.statistics[:, 1:]
    if len(statistics) == statistics.shape[1]:
        return np.asarray(np.linalg.solve(statistics.T, monomials[1:]), dtype=np.float64)
    return np.asarray(np.linalg.lstsq(statistics.T, monomials[1:], rcond=None)[0], dtype=np.float64)


def course(series: Series, count: float) -> str:
    """How far each step moves all couplings together, what becomes of the largest, and the ratio of the last steps."""
    sizes = series.sizes * np.sqrt(count)
    total = np.cumsum([step[4].ravel() for step in series.steps], axis=0)
    largest = int(np.abs(total[-1]).argmax())
    words = ", ".join(
        f"order {2 * (s + 1)} moves the couplings by {size:.3g} standard errors in all, u to {value:.4g}"
        for s, (size, value) in enumerate(zip(sizes, total[:, largest], strict=True))
    )
    ratio = f" (ratio of the last two {sizes[-1] / sizes[-2]:.2g})" if len(sizes) > 1 and sizes[-2] > 0.0 else ""
    return f"{words}{ratio}, of whitened columns"
