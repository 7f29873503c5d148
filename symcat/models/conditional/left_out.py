"""Gaussians of classes with shrunk covariances, and what each says of a row that is left out of all of them.

Coordinates are those in which the pooled covariance within classes is the identity. Class k has the covariance
``(1 - s) S_k + s``, whose eigenvectors are those of ``S_k`` whatever the shrinkage ``s`` (Friedman 1989). Without one of
its rows a class's mean, ``S_k`` and the pooled covariance change by multiples of ``r r^T``, with r the row less the
mean, so that distances follow from sums over the eigenvalues (Sherman & Morrison 1950): no fit is repeated, and nothing
is approximated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats

SHRINKAGES = np.array([0.0, 0.003, 0.01, 0.02, 0.04, 0.07, 0.12, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95])
"""Tried of a covariance for each class; 1 is one covariance for all."""

_LARGEST = 1.0
"""Sharpness beyond which probabilities are not driven: that of the Gaussians themselves."""
_LEAST = 1e-3
_STEPS = 30


@dataclass(frozen=True)
class ByLevel:
    """What is averaged of the coordinates (q,) of the rows of each of K levels."""

    count: Floats  # (K,)
    mean: Floats  # (K, q)
    covariance: Floats  # (K, q, q) about these

    @property
    def pooled(self) -> Floats:
        """(q, q) the covariance within levels."""
        return np.asarray(np.tensordot(self.count / self.count.sum(), self.covariance, axes=1))

    def leading(self, rank: int) -> ByLevel:
        """Of the first coordinates."""
        return ByLevel(self.count, self.mean[:, :rank], self.covariance[:, :rank, :rank])

    def turned(self, by: Floats) -> ByLevel:
        """Of ``y @ by``."""
        return ByLevel(self.count, self.mean @ by, by.T @ self.covariance @ by)


@dataclass(frozen=True)
class Gaussians:
    """The classes in coordinates in which their pooled covariance is the identity, with their principal axes."""

    of: ByLevel
    values: Floats  # (K, q) eigenvalues of the covariance of each class
    vectors: Floats  # (K, q, q)

    @classmethod
    def of_levels(cls, of: ByLevel) -> Gaussians:
        """Raises LinAlgError where the eigenvalues cannot be had."""
        values, vectors = np.linalg.eigh(of.covariance)
        return cls(of, np.maximum(values, 0.0), vectors)

    def scores(self, y: Floats, shrinkage: float) -> Floats:
        """(m, K) log of share times density at rows (m, q), but for what all classes have in common."""
        share = self.of.count / self.of.count.sum()
        out = np.empty((len(y), len(share)))
        for k, (values, vectors) in enumerate(zip(self.values, self.vectors, strict=True)):
            own = (1.0 - shrinkage) * values + shrinkage
            out[:, k] = np.log(share[k]) - 0.5 * ((((y - self.of.mean[k]) @ vectors) ** 2) @ (1.0 / own))
            out[:, k] -= 0.5 * np.log(own).sum()
        return out

    def left_out(self, y: Floats, place: NDArray[np.intp], shrinkages: Floats) -> Floats:
        """(S, m, K) those scores of rows (m, q) of the data, each from all other rows, at every shrinkage.

        A row of the level at its ``place`` is left out once, however often it counts. Not a number where a class has
        no covariance without it.
        """
        s = np.asarray(shrinkages)[:, None]
        n, counts = self.of.count.sum(), self.of.count
        out = np.empty((len(shrinkages), len(y), len(counts)))
        for k, (values, vectors) in enumerate(zip(self.values, self.vectors, strict=True)):
            turned, means = y @ vectors, self.of.mean @ vectors
            to = turned - means[k]
            # Rows of other classes change the pooled covariance alone.
            own = (1.0 - s) * values + s * n / (n - 1.0)  # (S, q)
            from_own = turned - means[place]
            change = s * counts[place] / ((counts[place] - 1.0) * (n - 1.0))  # (S, m)
            with np.errstate(all="ignore"):
                inverse = 1.0 / own.T
                near, cross, far = (
                    (a * b @ inverse).T for a, b in ((to, to), (to, from_own), (from_own, from_own))
                )
                left = 1.0 - change * far
                distance = near + change * cross**2 / left
                score = np.log(counts[k] / (n - 1.0)) - 0.5 * (distance + np.log(left))
                score -= 0.5 * np.log(own).sum(axis=1)[:, None]
            mine = np.flatnonzero(place == k)
            if len(mine):
                score[:, mine] = self._of_own(to[mine], values, float(counts[k]), float(n), s)
            out[:, :, k] = score
        return np.where(np.isnan(out).any(axis=2, keepdims=True), np.nan, out)

    def _of_own(self, r: Floats, values: Floats, count: float, n: float, s: Floats) -> Floats:
        """(S, m) of rows ``r`` less the mean of their own class, along its axes."""
        grown = count / (count - 1.0)
        own = (1.0 - s) * grown * values + s * n / (n - 1.0)
        change = (1.0 - s) * grown / (count - 1.0) + s * grown / (n - 1.0)
        with np.errstate(all="ignore"):
            near = (r**2 @ (1.0 / own).T).T
            left = 1.0 - change * near
            distance = grown**2 * near / left
            score = np.log((count - 1.0) / (n - 1.0)) - 0.5 * (distance + np.log(left))
            return np.asarray(score - 0.5 * np.log(own).sum(axis=1)[:, None])


def sharpened(scores: Floats, sharpness: float) -> Floats:
    """(m, K) logs of probabilities in proportion to ``exp(sharpness scores)``."""
    scaled = sharpness * (scores - scores.max(axis=1, keepdims=True))
    return np.asarray(scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True)))


def sharpness(scores: Floats, place: NDArray[np.intp], weight: Floats) -> tuple[float, float]:
    """The sharpness, at most one, at which rows left out are most likely of their levels, and this log-likelihood.

    The likelihood is concave in it, so Newton's steps from one, kept between bounds that close in, find it.
    """
    at = np.arange(len(place))
    scaled = scores - scores.max(axis=1, keepdims=True)
    low, high, tau = _LEAST, _LARGEST, _LARGEST
    for _ in range(_STEPS):
        p = np.exp(tau * scaled)
        p /= p.sum(axis=1, keepdims=True)
        mean = np.einsum("mk,mk->m", p, scaled)
        slope = float(weight @ (scaled[at, place] - mean))
        if tau == _LARGEST and slope >= 0.0:
            break
        curve = float(weight @ (np.einsum("mk,mk,mk->m", p, scaled, scaled) - mean**2))
        low, high = (tau, high) if slope > 0.0 else (low, tau)
        step = tau + slope / curve if curve > 0.0 else 0.5 * (low + high)
        new = step if low < step < high else 0.5 * (low + high)
        if abs(new - tau) < 1e-10 * tau:
            break
        tau = new
    return tau, float(weight @ sharpened(scores, tau)[at, place])
