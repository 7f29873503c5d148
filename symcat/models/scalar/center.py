"""The maximum-likelihood centre of an even polynomial, for a batch of groups, from averages alone.

The profile likelihood over the centre c is minus the entropy at the averages about c, with the slope ``<F'(x - c)>``
over the data. Newton's steps, the curvature being what the couplings leave of ``<F''>``, go from the better of the mean
and the point half a skewness away, where an unequally filled double well is centred; none lowers the likelihood.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.scalar import newton, standard
from symcat.models.scalar.polynomial import deviation_of
from symcat.models.scalar.slopes import curvature, force, slopes_of_even

Floats = NDArray[np.float64]

_STEPS = 60
_SMALL, _ROUNDING = 1e-8, 1e-12
"""Of a step, in standard deviations: below the first they get shorter, or are rounding; below the second all are."""
_FLAT = 1e-11
"""Nats a row that rounding may make of a step that raises the entropy by nothing."""


Find = Callable[[Floats, Floats, newton.Found | None], newton.Found]
"""The maximum for averages (G, K + 1) of powers of y^2, over counts (G,) of rows, sought near another where given."""


def search(moments: Moments, degree: int, find: Find) -> tuple[Moments, Floats, newton.Found]:
    """The averages about the centre, their deviation in the unit of these (G,), and the maximum there.

    About the mean where no centre has one.
    """
    whole, moments = moments, moments.powers_to(degree)
    mean = moments.centred
    deviation = deviation_of(mean)
    with np.errstate(all="ignore"):
        skewness = standard.scaled(standard.powers(mean, 3), deviation)[:, 3]
        best = _At.of(moments, mean.origin, degree, find)
        start = mean.origin + np.nan_to_num(0.5 * skewness * deviation * mean.unit)[:, None]
        best = best.better(_At.of(moments, start, degree, find))
        active = best.found.answered
        step, last = np.where(active, best.newton_step(), 0.0), np.full(len(active), np.inf)
        for _ in range(_STEPS):
            size = np.abs(step)
            active = active & (size > _ROUNDING) & ~((last < _SMALL) & (size > 0.5 * last))
            last = size
            if not active.any():
                break
            some = np.flatnonzero(active)
            part = moments if len(some) == moments.n_groups else moments.groups(some)
            unit = best.deviation[some] * moments.unit
            near = best.found.of(some)
            trial = _At.of(part, best.point[some] + (step[some] * unit)[:, None], degree, find, near)
            flat = _FLAT * (1.0 + np.abs(best.entropy[some]))
            taken = trial.found.answered & (trial.entropy <= best.entropy[some] + flat)
            best.put(some[taken], trial.chosen(taken))
            step[some] = np.where(trial.found.answered, 0.5, 0.25) * step[some]
            step[some[taken]] = trial.newton_step()[taken]
    return whole.about(best.point), best.deviation, best.found


class _At:
    """The maximum at a centre (G, 1) of every group."""

    def __init__(self, point: Floats, deviation: Floats, powers: Floats, found: newton.Found, unit: float) -> None:
        self.point, self.deviation, self.powers, self.found, self.unit = point, deviation, powers, found, unit

    @classmethod
    def of(cls, moments: Moments, point: Floats, degree: int, find: Find, near: newton.Found | None = None) -> _At:
        about = moments.about(point)
        deviation = deviation_of(about)
        powers = standard.scaled(standard.powers(about, degree), deviation)
        return cls(point, deviation, powers, find(powers[:, ::2], about.count, near), moments.unit)

    @property
    def entropy(self) -> Floats:
        """(G,) minus the log-likelihood a row, but for the unit; infinite without a maximum."""
        found = self.found.log_z + (self.found.theta * self.powers[:, ::2]).sum(axis=1) + np.log(self.deviation)
        return np.where(self.found.answered, found, np.inf)

    def newton_step(self) -> Floats:
        """(G,) in deviations."""
        theta = self.found.theta
        polynomials = newton.orthonormal(theta, self.found.grid, theta.shape[1] - 1, even=True)
        slopes = slopes_of_even(polynomials, self.powers)
        information = curvature(theta, self.powers)
        bent = np.maximum(information - (slopes**2).sum(axis=1), 0.25 * information)
        step: Floats = np.clip(force(theta, self.powers) / bent, -1.0, 1.0)
        return step

    def better(self, other: _At) -> _At:
        """The one of two with less entropy, in each group."""
        taken = other.entropy < self.entropy
        self.put(np.flatnonzero(taken), other.chosen(taken))
        return self

    def chosen(self, mask: NDArray[np.bool_]) -> _At:
        return _At(self.point[mask], self.deviation[mask], self.powers[mask], self.found.of(mask), self.unit)

    def put(self, places: NDArray[np.intp], other: _At) -> None:
        """Replaces groups."""
        self.point = self.point.copy()
        for mine, theirs in (
            (self.point, other.point),
            (self.deviation, other.deviation),
            (self.powers, other.powers),
            *((getattr(self.found, f.name), getattr(other.found, f.name)) for f in fields(self.found)),
        ):
            mine[places] = theirs
