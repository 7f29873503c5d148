"""Gaussians of classes with shrunk covariances, and what each says of a row that is left out of all of them.

Coordinates are those in which the pooled covariance within classes is the identity. Class k has the covariance
``(1 - s) S_k + s``, whose eigenvectors are those of ``S_k`` whatever the shrinkage ``s`` (Friedman 1989). Without one
of its rows a class's mean, ``S_k`` and the pooled covariance change by multiples of ``r r^T``, with r the row less the
mean, so that distances follow from sums over the eigenvalues (Sherman & Morrison 1950): no fit is repeated, and nothing
is approximated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats

SHRINKAGES = np.array([0.0, 0.003, 0.01, 0.02, 0.03, 0.045, 0.07, 0.12, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95])
"""Tried of a covariance for each class; 1 is one covariance for all."""


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

    def left_out(self, y: Floats, place: NDArray[np.intp], shrinkages: Floats) -> tuple[Floats, Floats]:
        """(S, m, K) squared distances of rows (m, q) of the data from each class, and log of share over root of the
        determinant, each from all other rows, at every shrinkage.

        A row of the level at its ``place`` is left out once, however often it counts. Not a number where a class has
        no covariance without it.
        """
        s = np.asarray(shrinkages)[:, None]
        n, counts = self.of.count.sum(), self.of.count
        square, height = np.empty((2, len(shrinkages), len(y), len(counts)))
        for k, (values, vectors) in enumerate(zip(self.values, self.vectors, strict=True)):
            turned, means = y @ vectors, self.of.mean @ vectors
            to = turned - means[k]
            # Rows of other classes change the pooled covariance alone.
            own = (1.0 - s) * values + s * n / (n - 1.0)  # (S, q)
            from_own = turned - means[place]
            change = s * counts[place] / ((counts[place] - 1.0) * (n - 1.0))  # (S, m)
            with np.errstate(all="ignore"):
                inverse = 1.0 / own.T
                near, cross, far = ((a * b @ inverse).T for a, b in ((to, to), (to, from_own), (from_own, from_own)))
                left = 1.0 - change * far
                square[:, :, k] = near + change * cross**2 / left
                height[:, :, k] = np.log(counts[k] / (n - 1.0)) - 0.5 * np.log(left)
                height[:, :, k] -= 0.5 * np.log(own).sum(axis=1)[:, None]
            mine = np.flatnonzero(place == k)
            square[:, mine, k], height[:, mine, k] = _of_own(to[mine], values, float(counts[k]), float(n), s)
        return square, height


def _of_own(r: Floats, values: Floats, count: float, n: float, s: Floats) -> tuple[Floats, Floats]:
    """(S, m) the same of rows ``r`` less the mean of their own class, along its axes."""
    grown = count / (count - 1.0)
    own = (1.0 - s) * grown * values + s * n / (n - 1.0)
    change = (1.0 - s) * grown / (count - 1.0) + s * grown / (n - 1.0)
    with np.errstate(all="ignore"):
        near = (r**2 @ (1.0 / own).T).T
        left = 1.0 - change * near
        height = np.log((count - 1.0) / (n - 1.0)) - 0.5 * np.log(left) - 0.5 * np.log(own).sum(axis=1)[:, None]
        return grown**2 * near / left, height
