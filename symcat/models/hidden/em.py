"""Steps of the EM algorithm (Dempster, Laird & Rubin 1977, J. R. Stat. Soc. B 39:1) for many mixtures at a time.

With a bound on the spreads, the maximum of each step has the bound where the variance is below it.
"""

from __future__ import annotations

import numpy as np

from symcat.models.base import Floats
from symcat.models.hidden.mixture import Cells, Mixture

_TINY = 1e-300


def climbed(starts: list[Mixture], cells: Cells, narrowest: float, steps: int) -> list[tuple[float, Mixture]]:
    """Log-likelihood but for its constant, before the last of so many steps, and the mixtures after it.

    All starts have the same number of components.
    """
    weights, means, spreads = (np.stack([getattr(one, of) for one in starts]) for of in ("weights", "means", "spreads"))
    spreads = np.maximum(spreads, narrowest)  # a start may hold rows of a single value
    total = cells.total
    log_likelihood = np.zeros(len(starts))
    z, share = np.empty((2, *means.shape, len(cells.values)))  # memory that is fetched once is soonest written
    for step in range(steps):
        np.subtract(cells.values, means[:, :, None], out=z)
        z /= spreads[:, :, None]
        np.multiply(z, z, out=share)
        share *= -0.5
        share += np.log(np.maximum(weights, _TINY) / spreads)[:, :, None]
        top = share.max(axis=1)
        share -= top[:, None]
        np.exp(share, out=share)
        density = share.sum(axis=1)
        if step == steps - 1:
            log_likelihood = (np.log(density) + top) @ cells.counts
        share *= (cells.counts / density)[:, None]
        held = np.maximum(share.sum(axis=-1), _TINY)
        within = 0.0 if cells.within is None else share @ cells.within / held
        share *= z
        along = share.sum(axis=-1) / held
        share *= z
        square = share.sum(axis=-1) / held - along * along
        means = means + spreads * along
        spreads = np.sqrt(np.maximum(spreads * spreads * square + within, narrowest * narrowest))
        weights = held / total
    weights /= weights.sum(axis=1, keepdims=True)
    return [
        (float(value), Mixture(w, m, s)) for value, w, m, s in zip(log_likelihood, weights, means, spreads, strict=True)
    ]


def fitted_shares(cells: Cells, parts: int) -> Mixture:
    """A mixture whose components hold equal shares of the rows, in order of the values."""
    ranks = np.cumsum(cells.counts) - 0.5 * cells.counts
    label = np.minimum((ranks / cells.total * parts).astype(np.intp), parts - 1)
    held = np.bincount(label, cells.counts, minlength=parts)
    some = np.maximum(held, _TINY)
    mean = np.bincount(label, cells.counts * cells.values, minlength=parts) / some
    square = np.bincount(label, cells.counts * (cells.values - mean[label]) ** 2, minlength=parts) / some
    weights: Floats = np.maximum(held, _TINY) / np.maximum(held, _TINY).sum()
    return Mixture(weights, mean, np.sqrt(square))
