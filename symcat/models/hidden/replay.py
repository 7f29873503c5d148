"""Data checks of ``hidden.gaussian`` that a user can repeat."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symcat.models.base import Floats
from symcat.models.family import Replay
from symcat.models.hidden.law import MixtureLaw
from symcat.models.hidden.mixture import HALF_LOG, Mixture
from symcat.models.hidden.newton import maximum, scores, slope_at

_MAXIMUM, _INFORMATION, _LAW = 1e-6, 1e-8, 1e-10
_REACH, _PARTS = 9.0, 16  # spreads, and steps in one
_ROWS = 1e4  # that a population counts as


def replay(points: int, rng: np.random.Generator) -> Iterator[Replay]:
    """A population with random parameters gives them back; the curvature of its likelihood is the mean square of the
    scores; the law's distribution function and its inverse agree, and its entropy is that of the population."""
    worst = information = inverse = entropy = 0.0
    for _ in range(points):
        truth = random_mixture(rng)
        values, weight = population(truth)
        start = truth.moved(rng.uniform(-0.1, 0.1, size=3 * len(truth)), 0.0)
        found = maximum(start, [(values, weight)], 0.0)
        if found is None:
            worst = np.inf
            continue
        one = found[0].ordered
        apart = (
            one.weights - truth.weights,
            (one.means - truth.means) / truth.spreads,
            one.spreads / truth.spreads - 1,
        )
        worst = max(worst, float(np.abs(apart).max()))
        slope, score = slope_at(truth, [(values, weight)]), scores(truth, values)
        square = score.T @ (score * weight[:, None])
        information = max(information, float(np.abs(square + slope.hessian).max()) / _ROWS)
        law = law_of(truth)
        p = rng.uniform(size=20)
        inverse = max(inverse, float(np.abs(law.cdf(law.ppf(p)) - p).max()))
        entropy = max(entropy, abs(law.entropy + slope.value / _ROWS))
    yield Replay("parameters of a population with known density", points, worst, _MAXIMUM)
    yield Replay("Fisher's information against the mean square of the scores", points, information, _INFORMATION)
    yield Replay("the quantile function inverts the distribution function", points, inverse, _LAW)
    yield Replay("the entropy is that of a population", points, entropy, _LAW)


def random_mixture(rng: np.random.Generator) -> Mixture:
    """Two to four components, in order and apart enough to be told from each other."""
    size = int(rng.integers(2, 5))
    weights = rng.uniform(0.2, 1.0, size)
    spreads = np.exp(rng.uniform(-1.0, 0.5, size))
    gaps = rng.uniform(2.5, 4.0, size) * (spreads + np.roll(spreads, 1))
    return Mixture(weights / weights.sum(), np.cumsum(gaps) - gaps.sum() / 2.0, spreads)


def law_of(mixture: Mixture) -> MixtureLaw:
    """The law with these numbers."""
    parameters = {"weights": mixture.weights, "means": mixture.means, "covariances": mixture.spreads**2}
    return MixtureLaw("", parameters)


def population(mixture: Mixture) -> tuple[Floats, Floats]:
    """Values and what each counts, at equal distances: the trapezoid rule, which is exact to rounding for such."""
    step = mixture.spreads.min() / _PARTS
    lo, hi = (mixture.means - _REACH * mixture.spreads).min(), (mixture.means + _REACH * mixture.spreads).max()
    values = np.arange(lo, hi, step)
    _, terms = mixture.terms(values)
    counts = np.exp(terms - HALF_LOG).sum(axis=0)
    return values, _ROWS * counts / counts.sum()
