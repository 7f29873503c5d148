"""Mixtures of Gaussians of several columns, and steps of the EM algorithm for many of them at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symcat.models.base import Floats

_TINY = 1e-300


@dataclass(frozen=True)
class Clouds:
    """Weights (K,) that add up to one, means (K, d) and the Cholesky factors (K, d, d) of the covariances."""

    weights: Floats
    means: Floats
    factors: Floats

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def ordered(self) -> Clouds:
        """The same, by the first coordinate of the mean."""
        order = np.argsort(self.means[:, 0], kind="stable")
        return Clouds(self.weights[order], self.means[order], self.factors[order])

    @property
    def covariances(self) -> Floats:
        """(K, d, d)."""
        return np.asarray(self.factors @ np.swapaxes(self.factors, -1, -2))

    def terms(self, x: Floats) -> tuple[Floats, Floats]:
        """(K, m, d) whitened distances, and (K, m) log of weight times density but for ``d log(2 pi) / 2``."""
        z, logs = whitened(self.means, self.factors, x)
        return z, logs + np.log(np.maximum(self.weights, _TINY))[:, None]


def factored(covariances: Floats) -> Floats:
    """(..., d, d) the Cholesky factors."""
    return np.asarray(np.linalg.cholesky(covariances), dtype=np.float64)


def whitened(means: Floats, factors: Floats, x: Floats) -> tuple[Floats, Floats]:
    """(..., m, d) distances from the means in units of the factors, and (..., m) log density but for its constant."""
    inverse = np.linalg.inv(factors)
    z = x @ np.swapaxes(inverse, -1, -2) - np.einsum("...ij,...j->...i", inverse, means)[..., None, :]
    logs = -0.5 * np.einsum("...mi,...mi->...m", z, z)
    logs -= np.log(np.diagonal(factors, axis1=-2, axis2=-1)).sum(axis=-1)[..., None]
    return z, logs


def bounded(covariances: Floats, narrowest: Floats) -> tuple[Floats, np.ndarray]:
    """Covariances (..., d, d) of which no combination of the columns is narrower than the columns may be (d,), and
    (...) whether that has held one.

    In units of these the eigenvalues are at least one, which is the maximum of the likelihood under this bound.
    """
    unit = narrowest[:, None] * narrowest
    values, vectors = np.linalg.eigh(covariances / unit)
    held = values[..., 0] <= 1.0 + 1e-9
    if not held.any():
        return covariances, held
    values = np.maximum(values, 1.0)
    clipped = np.einsum("...ij,...j,...kj->...ik", vectors, values, vectors) * unit
    return np.where(held[..., None, None], clipped, covariances), held


def climbed(
    starts: list[Clouds], x: Floats, counts: Floats, narrowest: Floats, steps: int
) -> list[tuple[float, Clouds]]:
    """Log-likelihood but for its constant, before the last of so many steps, and the mixtures after it."""
    weights, means, factors = (np.stack([getattr(one, of) for one in starts]) for of in ("weights", "means", "factors"))
    total = counts.sum()
    value = np.zeros(len(starts))
    for _ in range(steps):
        z, share = whitened(means, factors, x)
        share += np.log(np.maximum(weights, _TINY))[:, :, None]
        top = share.max(axis=1)
        share -= top[:, None]
        np.exp(share, out=share)
        density = share.sum(axis=1)
        value = (np.log(density) + top) @ counts
        share *= (counts / density)[:, None]
        held = np.maximum(share.sum(axis=-1), _TINY)
        along = np.einsum("skm,skmi->ski", share, z) / held[:, :, None]
        square = np.swapaxes(z * share[..., None], -1, -2) @ z / held[:, :, None, None]
        square -= along[..., :, None] * along[..., None, :]
        means = means + np.einsum("skij,skj->ski", factors, along)
        covariances, _ = bounded(factors @ square @ np.swapaxes(factors, -1, -2), narrowest)
        factors = factored(covariances)
        weights = held / total
    weights /= weights.sum(axis=1, keepdims=True)
    return [(float(v), Clouds(w, m, f)) for v, w, m, f in zip(value, weights, means, factors, strict=True)]
