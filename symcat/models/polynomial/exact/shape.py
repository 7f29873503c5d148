"""The waves of a fit that was integrated: averages over rows against those of the grid, pair by pair of its axes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.models import goodness
from symcat.models.polynomial import waves
from symcat.models.polynomial.exact.bases import Basis
from symcat.models.polynomial.exact.factors import Mask
from symcat.models.polynomial.exact.maximum import Maximum
from symcat.models.polynomial.exact.terms import Terms

Floats = NDArray[np.float64]

_AT_ONCE = 1 << 15
_NORMAL = np.linspace(-9.0, 9.0, 145)
"""Points along an axis that is standard normal: its waves and powers are summed to rounding."""


def of(best: Maximum, basis: Basis, terms: Terms, free: Mask, fisher_inverse: Floats, rows: Floats) -> Floats:
    """(P, 2) chi-square and degrees of freedom for each two axes, of the rows (n, d) that were fitted.

    The axes ``free`` (d,) are a Gaussian factor; ``fisher_inverse`` (K, K) is that of the statistics.
    """
    density = _Density.of(best, terms, free)
    z = basis.axes(rows)
    information: Floats = np.asarray(np.linalg.inv(fisher_inverse), dtype=np.float64)
    return np.array(
        [_pair(density, pair, basis, terms, information, z) for pair in waves.pairs(terms.dimension, terms.two_valued)],
        dtype=np.float64,
    )


def _pair(
    density: _Density, pair: tuple[int, int], basis: Basis, terms: Terms, information: Floats, z: Floats
) -> tuple[float, int]:
    i, j = pair
    of_powers = density.margin(pair)  # of the points along the two, and powers of the others
    wave = waves.values(density.axes[i][:, None], density.axes[j])
    flat_powers = np.moveaxis(of_powers.reshape(*wave.shape[1:], -1), -1, 0)
    joint = np.empty((waves.COUNT + 1, terms.shape[i], terms.shape[j], len(flat_powers)))
    for k, weight in enumerate(flat_powers):
        weighed = np.concatenate([weight[None], wave * weight])
        joint[..., k] = np.tensordot(weighed @ density.low[j], density.low[i], axes=(1, 0)).swapaxes(1, 2)
    others = [k for k in range(terms.dimension) if k not in pair]
    order = [i, j, *others]
    place = np.ravel_multi_index(tuple(terms.exponents[:, order].T), [terms.shape[k] for k in order])
    averages = joint.reshape(len(joint), -1)[:, place]  # of the monomials (M,), and these times each wave
    mean = averages[1:, 0]
    cross = averages[1:] - np.outer(mean, averages[0])
    flat = wave.reshape(waves.COUNT, -1)
    covariance = (flat * flat_powers[0].reshape(-1)) @ flat.T - np.outer(mean, mean)
    if basis.center_is_estimated:
        # The sample mean moves the waves against the rows; no even statistic, to first order.
        slopes = waves.slopes(mean)
        unit = np.eye(terms.dimension, dtype=np.int64)[[i, j]]
        linear = [terms.place[tuple(e)] for e in unit.tolist()]
        square = [[terms.place[tuple(e)] for e in (unit + one).tolist()] for one in unit]
        moved = cross[:, linear] @ slopes.T
        variance = averages[0][square] - np.outer(averages[0][linear], averages[0][linear])
        covariance = covariance - moved - moved.T + slopes @ variance @ slopes.T
    total = np.zeros(waves.COUNT)
    for start in range(0, len(z), _AT_ONCE):
        clock.check()
        total += waves.values(*z[start : start + _AT_ONCE, [i, j]].T).sum(axis=1)
    return goodness.remaining(total / len(z) - mean, covariance, cross @ basis.statistics.T, information, float(len(z)))


@dataclass(frozen=True)
class _Density:
    """The density over the points of each axis: a joint one of some of them, and those that are standard normal."""

    axes: list[Floats]
    low: list[Floats]  # (points, degree + 1) powers
    joint: Floats
    together: list[int]  # the axes of ``joint``

    @classmethod
    def of(cls, best: Maximum, terms: Terms, free: Mask) -> _Density:
        of_grid = iter(best.grid.axes)
        axes = [_NORMAL if gone else next(of_grid) for gone in free]
        weight = best.dual.summed.weighed.weight
        low = [np.vander(axis, size, increasing=True) for axis, size in zip(axes, terms.shape, strict=True)]
        return cls(axes, low, weight / weight.sum(), np.flatnonzero(~free).tolist())

    def margin(self, pair: tuple[int, int]) -> Floats:
        """(points, points, degree + 1, ...): of two axes, times the powers of each of the others in order."""
        out, order = self.joint, list(self.together)
        for k in self.together:
            if k not in pair:
                at = order.index(k)
                out = np.tensordot(out, self.low[k], axes=(at, 0))
                order.append(order.pop(at))
        normal = np.exp(-0.5 * _NORMAL**2)
        normal /= normal.sum()
        for k in range(len(self.axes)):
            if k not in self.together:
                out = np.multiply.outer(out, normal if k in pair else normal @ self.low[k])
                order.append(k)
        wanted = [*pair, *(k for k in range(len(self.axes)) if k not in pair)]
        return np.transpose(out, [order.index(k) for k in wanted])
