"""What couplings imply, from weighed rows of a Gaussian: averages, log Z, Fisher's matrix, rows of the model.

Of whitened columns ``exp(-F)`` is the standard Gaussian's density times ``exp(-V)``. What the first orders of V give is
known exactly (``hermite``) and only the rest is left to chance: for log Z what ``exp(-V)`` has beyond V^2, for averages
what it has beyond V, for Fisher's matrix what it has beyond 1 (control variates: Owen, Monte Carlo theory, methods and
examples, 2013, section 8.9). Rows are of a wider Gaussian, since high powers live in the tails.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.models.polynomial.series.hermite import Hermites, Tensors, squared

Floats = NDArray[np.float64]

_WIDER = 1.2
"""Over the square root of the dimension, by how much the variance is above 1: the weights are worth 0.7 of the rows."""
_AT_ONCE = 4096
_LARGEST = 300.0  # exponent of a weight that is still a number


@dataclass(frozen=True)
class Reweighted:
    """Averages (M,) of the Hermite products under the model, from ``rows`` (n, d) and weights (n,).

    ``noise`` (M,) are variances of these averages. ``log_normalisation`` is log <exp(-V)> of the standard Gaussian.
    ``effective`` is the number of rows that the weights are worth (Kong 1992).
    """

    rows: Floats
    weights: Floats
    averages: Floats
    noise: Floats
    log_normalisation: float
    log_normalisation_error: float
    effective: float

    @property
    def share(self) -> float:
        """Of the rows, that the weights are worth."""
        return self.effective / len(self.rows)

    def drawn(self, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) rows of the model, drawn by weight (Rubin 1988)."""
        chosen = rng.choice(len(self.rows), size=n, p=self.weights / self.weights.sum())
        return self.rows[chosen]


def wide_rows(n: int, dimension: int, rng: np.random.Generator) -> Floats:
    """(n, d) each with its opposite, so that odd averages vanish where they do."""
    half = rng.standard_normal(((n + 1) // 2, dimension)) * math.sqrt(_variance(dimension))
    return np.concatenate([half, -half])


def _variance(dimension: int) -> float:
    return 1.0 + _WIDER / math.sqrt(dimension)


def _densities(rows: Floats) -> Floats:
    """(n,) of the standard Gaussian over that of the rows."""
    d = rows.shape[1]
    variance = _variance(d)
    out: Floats = variance ** (0.5 * d) * np.exp(-0.5 * (1.0 - 1.0 / variance) * (rows * rows).sum(axis=1))
    return out


def reweighted(tensors: Tensors, hermites: Hermites, rows: Floats) -> Reweighted:
    """Of ``V = sum_k v_k : He_k / k!``, from ``wide_rows``."""
    norms, entries = hermites.norms, hermites.entries(tensors)
    coupled = entries / norms
    weights, rest = np.empty(len(rows)), np.empty(len(rows))
    total, squares = np.zeros(len(norms)), np.zeros(len(norms))
    for start in range(0, len(rows), _AT_ONCE):
        clock.check()
        some = slice(start, start + _AT_ONCE)
        values, density = hermites.values(rows[some]), _densities(rows[some])
        v = values @ coupled
        weight = np.exp(np.minimum(-v, _LARGEST))
        beyond = density * (weight - 1.0 + v)
        weights[some], rest[some] = density * weight, beyond - 0.5 * density * v * v
        total += beyond @ values
        squares += (beyond * beyond) @ (values * values)
    n = len(rows)
    normalisation = 1.0 + 0.5 * squared(tensors) + float(rest.mean())
    averages = (total / n - entries) / normalisation
    averages[0] = 1.0
    noise = np.maximum(squares / n - (total / n) ** 2, 0.0) / (n * normalisation**2)
    noise[0] = 0.0
    return Reweighted(
        rows,
        weights,
        averages,
        noise,
        float(np.log(normalisation)) if normalisation > 0.0 else np.nan,
        float(rest.std() / np.sqrt(n)) / normalisation if normalisation > 0.0 else np.inf,
        float(weights.sum() ** 2 / (weights @ weights)),
    )


def fisher(found: Reweighted, hermites: Hermites, most: int) -> Floats:
    """(M, M) covariance of the Hermite products under the model, from ``most`` of the rows; the constant's is zero."""
    stride = max(1, len(found.rows) // most)
    rows = found.rows[::stride]
    density = _densities(rows)
    excess = (found.weights[::stride] / np.exp(found.log_normalisation) - density) / len(rows)
    joint = np.diag(hermites.norms)
    for start in range(0, len(rows), _AT_ONCE):
        clock.check()
        values = hermites.values(rows[start : start + _AT_ONCE])
        joint += (values * excess[start : start + _AT_ONCE, None]).T @ values
    out: Floats = joint - np.outer(found.averages, found.averages)
    out[0], out[:, 0] = 0.0, 0.0
    return 0.5 * (out + out.T)
