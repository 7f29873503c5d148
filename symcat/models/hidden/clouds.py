"""Mixtures of Gaussians of several columns, and steps of the EM algorithm for many of them at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symcat.models.base import Floats

_TINY = 1e-300
_NARROW = 1e-6
_AT = 1e-6  # relative, within which an eigenvalue is at its bound


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
    try:
        np.linalg.cholesky(covariances / unit - (1.0 + _AT) * np.eye(len(narrowest)))
        return covariances, np.zeros(covariances.shape[:-2], dtype=bool)
    except np.linalg.LinAlgError:  # eigenvalues take longer
        values, vectors = np.linalg.eigh(covariances / unit)
    held = values[..., 0] <= 1.0 + _AT
    if not held.any():
        return covariances, held
    values = np.maximum(values, 1.0)
    clipped = np.einsum("...ij,...j,...kj->...ik", vectors, values, vectors) * unit
    return np.where(held[..., None, None], clipped, covariances), held


class Products:
    """One, the columns and their products in pairs at rows (m, d): sums over them are all that a step of EM needs."""

    def __init__(self, x: Floats) -> None:
        self.first, self.second = np.triu_indices(x.shape[1])
        columns = np.ascontiguousarray(x.T)
        self.values = np.concatenate([np.ones((1, len(x))), columns, columns[self.first] * columns[self.second]])
        self._times = np.where(self.first == self.second, -0.5, -1.0)

    def logs(self, weights: Floats, means: Floats, factors: Floats) -> Floats:
        """(S, K, m) log of weight times density but for its constant, of S mixtures."""
        inverse = np.linalg.inv(factors)
        precision = np.swapaxes(inverse, -1, -2) @ inverse
        pulled = (precision @ means[..., None])[..., 0]
        constant = np.log(np.maximum(weights, _TINY)) - 0.5 * (pulled * means).sum(axis=-1)
        constant -= np.log(np.diagonal(factors, axis1=-2, axis2=-1)).sum(axis=-1)
        of_pairs = precision[..., self.first, self.second] * self._times
        every = np.concatenate([constant[..., None], pulled, of_pairs], axis=-1)
        found: Floats = every.reshape(-1, every.shape[-1]) @ self.values
        return found.reshape(*weights.shape, -1)

    def moments(self, share: Floats) -> tuple[Floats, Floats, Floats]:
        """Sums (S, K) of shares (S, K, m), means (S, K, d) and covariances (S, K, d, d) under them."""
        d = int(self.first[-1]) + 1
        sums = (share.reshape(-1, share.shape[-1]) @ self.values.T).reshape(*share.shape[:2], -1)
        held = np.maximum(sums[..., 0], _TINY)
        means = sums[..., 1 : d + 1] / held[..., None]
        covariances = np.empty((*held.shape, d, d))
        covariances[..., self.first, self.second] = sums[..., d + 1 :] / held[..., None]
        covariances[..., self.second, self.first] = covariances[..., self.first, self.second]
        return held, means, covariances - means[..., :, None] * means[..., None, :]


def climbed(
    starts: list[Clouds], x: Floats, counts: Floats, narrowest: Floats, steps: int
) -> list[tuple[float, Clouds]]:
    """Log-likelihood but for its constant, before the last of so many steps, and the mixtures after it.

    For a search: of a component narrower than a millionth of the spread squares lose their digits, so that none is.
    """
    weights, means, factors = (np.stack([getattr(one, of) for one in starts]) for of in ("weights", "means", "factors"))
    products, narrowest = Products(x), np.maximum(narrowest, _NARROW)
    total = counts.sum()
    value = np.zeros(len(starts))
    for _ in range(steps):
        share = products.logs(weights, means, factors)
        top = share.max(axis=1)
        share -= top[:, None]
        np.exp(share, out=share)
        density = share.sum(axis=1)
        value = (np.log(density) + top) @ counts
        share *= (counts / density)[:, None]
        held, means, covariances = products.moments(share)
        factors = factored(bounded(covariances, narrowest)[0])
        weights = held / total
        weights /= weights.sum(axis=1, keepdims=True)
    return [(float(v), Clouds(w, m, f)) for v, w, m, f in zip(value, weights, means, factors, strict=True)]
