"""The correlation matrix R of normal scores by maximum likelihood, its variances being one, and how sure it is.

The log-likelihood of a row is ``-(log|R| + tr(K S)) / 2`` with ``K = R^-1`` and S the second moments of the scores; its
slope along the correlation of a pair is ``K S K - K`` there (Joe 1997, ch. 10: the margins first, then R).
"""

from __future__ import annotations

import numpy as np

from symcat.models.scores.pattern import Floats, Pattern

SINGULAR = 1e-9
"""Eigenvalue of the scores' correlations below which a column follows from the others."""

_ROUNDS, _HALVINGS = 100, 40
_CONVERGED = 1e-20  # nats a row that a further step promises
_STARTS = (1.0, 0.9, 0.7, 0.4, 0.0)  # shares of the sample's correlations


def maximum(second: Floats, pattern: Pattern) -> Floats | None:
    """(d, d) R of the second moments (d, d) of the scores, by Fisher's scoring; None where there is no maximum.

    From the sample's correlations, averaged over pairs that are alike.
    """
    deviation = np.sqrt(np.diagonal(second))
    sample = second / np.outer(deviation, deviation)
    if np.linalg.eigvalsh(sample)[0] < SINGULAR and pattern.size == len(pattern.first):
        return None
    times = pattern.members.sum(axis=0)
    start = pattern.members.T @ pattern.pairs(sample) / np.where(times > 0.0, times, 1.0)
    values: Floats = next(
        share * start for share in _STARTS if np.linalg.eigvalsh(spread(share * start, pattern))[0] > SINGULAR
    )
    reached = objective(spread(values, pattern), second)
    for _ in range(_ROUNDS):
        inverse = inverse_of(spread(values, pattern))
        slope: Floats = pattern.members.T @ pattern.pairs(inverse @ second @ inverse - inverse)
        step = inverse_of(information(inverse, pattern)) @ slope
        promised = float(slope @ step)
        if promised <= _CONVERGED:
            break
        for _ in range(_HALVINGS):
            tried = spread(values + step, pattern)
            found = objective(tried, second) if np.linalg.eigvalsh(tried)[0] > 0.0 else -np.inf
            if found > reached:
                break
            step = 0.5 * step
        else:  # rounding is reached
            break
        values, reached = values + step, found
    return spread(values, pattern)


def inverse_of(matrix: Floats) -> Floats:
    """(d, d) of a positive definite matrix."""
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def spread(values: Floats, pattern: Pattern) -> Floats:
    """(d, d) the correlation matrix with the K numbers."""
    return pattern.matrix(values[pattern.orbit])


def objective(matrix: Floats, second: Floats) -> float:
    """Nats a row by which the scores are likelier under R than under independence."""
    inverse = inverse_of(matrix)
    return float(-0.5 * (np.linalg.slogdet(matrix)[1] + ((inverse - np.eye(len(matrix))) * second).sum()))


def information(inverse: Floats, pattern: Pattern) -> Floats:
    """(K, K) Fisher's of a row, the margins being known: ``tr(K E K E') / 2``."""
    found: Floats = pattern.members.T @ pattern.products(inverse, inverse) @ pattern.members
    return found


def curvature(inverse: Floats, second: Floats, pattern: Pattern) -> Floats:
    """(K, K) less the second derivatives of the log-likelihood of a row."""
    pulled = inverse @ second @ inverse
    of_pairs = pattern.products(inverse, pulled) + pattern.products(pulled, inverse)
    found: Floats = pattern.members.T @ (of_pairs - pattern.products(inverse, inverse)) @ pattern.members
    return found


def covariance_of_sample(matrix: Floats, pattern: Pattern) -> Floats:
    """(P, P) n times the covariance of the sample correlations of n Gaussian rows (Pearson & Filon 1898).

    That of a correlation of normal scores too, whatever the columns' laws: none that does not know these varies less
    (Klaassen & Wellner 1997).
    """
    j, k = pattern.first[:, None], pattern.second[:, None]
    h, m = pattern.first[None, :], pattern.second[None, :]
    r = matrix
    squares = r[j, h] ** 2 + r[j, m] ** 2 + r[k, h] ** 2 + r[k, m] ** 2
    found: Floats = (
        0.5 * r[j, k] * r[h, m] * squares
        + r[j, h] * r[k, m]
        + r[j, m] * r[k, h]
        - r[j, k] * (r[j, h] * r[j, m] + r[k, h] * r[k, m])
        - r[h, m] * (r[h, j] * r[h, k] + r[m, j] * r[m, k])
    )
    return found


def standard_errors(matrix: Floats, pattern: Pattern, count: float) -> Floats:
    """(d, d) of R where the margins are estimated so that scores have variance one, as those of a sample do."""
    inverse = inverse_of(matrix)
    weights = pattern.members.T @ pattern.products(inverse, inverse)
    bread = inverse_of(weights @ pattern.members)
    variance = np.einsum("kp,pq,kq->k", bread @ weights, covariance_of_sample(matrix, pattern), bread @ weights)
    return pattern.matrix(np.sqrt(np.maximum(variance, 0.0) / count)[pattern.orbit], 0.0)
