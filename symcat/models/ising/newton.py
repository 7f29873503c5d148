"""Couplings from averages by damped Newton: the maximum likelihood of an exponential family, to rounding.

The objective log Z - theta . mu is convex, its gradient is the difference of averages, and its Hessian the covariance
of the statistics (Wainwright & Jordan 2008, section 3). What differs between models is only how the sums over states
are done: a ``Space``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from symcat import clock

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]

_MOST_STEPS = 100
_SMALL_DECREMENT = 1e-8  # of the squared Newton step: below, steps are taken whole and errors square each time
_DONE = 1e-20
_ROUNDING = 1e-16  # of the squared step: below it, a step that has not shrunk is rounding
_RUNAWAY = 1e-4  # a step that still moves a coupling by this much while nothing is gained runs off to infinity
_SLACK = 64.0 * np.finfo(float).eps


class Space(Protocol):
    """The states of a model, summed over for a batch of G couplings."""

    def evaluate(self, theta: Floats) -> tuple[Any, Floats]:
        """What ``statistics`` needs, of any kind, and log Z (G,), for couplings (G, K)."""

    def statistics(self, evaluated: Any) -> tuple[Floats, Floats]:
        """Averages (G, K) of the statistics and their covariance (G, K, K)."""


@dataclass(frozen=True)
class Maximum:
    """Maximum-likelihood couplings of G groups; not a number where the search found no maximum."""

    theta: Floats  # (G, K)
    log_z: Floats  # (G,)
    covariance: Floats  # (G, K, K) of the statistics under the fit: the Fisher information of one row

    @property
    def found(self) -> NDArray[np.bool_]:
        """(G,) whether there is a maximum."""
        found: NDArray[np.bool_] = np.isfinite(self.log_z)
        return found

    @classmethod
    def none(cls, groups: int, size: int) -> Maximum:
        """No maximum in any group."""
        return cls(np.full((groups, size), np.nan), np.full(groups, np.nan), np.full((groups, 0, 0), np.nan))

    def joined(self, chosen: NDArray[np.bool_], part: Maximum) -> Maximum:
        """The same with those of ``part`` in the ``chosen`` groups."""
        if chosen.all():
            return part
        theta, log_z = self.theta.copy(), self.log_z.copy()
        covariance = np.full((len(log_z), *part.covariance.shape[1:]), np.nan)
        if covariance.shape == self.covariance.shape:
            covariance[:] = self.covariance
        theta[chosen], log_z[chosen], covariance[chosen] = part.theta, part.log_z, part.covariance
        return Maximum(theta, log_z, covariance)


def maximise(space: Space, target: Floats, start: Floats, *, singular: bool = False) -> Maximum:
    """The couplings (G, K) whose averages are ``target`` (G, K), beginning from ``start``.

    ``singular`` allows directions that change no average: the shortest of all solutions is taken.
    """
    groups, size = target.shape
    theta = np.array(start)
    covariance = np.full((groups, size, size), np.nan)
    converged = np.zeros(groups, dtype=bool)
    active, before = np.arange(groups), np.full(groups, np.inf)
    evaluated, log_z = space.evaluate(theta)
    for _ in range(_MOST_STEPS):
        clock.check()
        mean, covariance[active] = space.statistics(evaluated)
        gradient = target[active] - mean
        step = _shortest(covariance[active], gradient) if singular else _newton_step(covariance[active], gradient)
        decrement = np.einsum("gk,gk->g", step, gradient)
        sound = np.isfinite(decrement) & (decrement >= 0.0)
        still = (decrement < _ROUNDING) & (decrement > 0.25 * before)
        ended = sound & ((decrement < _DONE) | still)
        done = ended & (np.abs(step).max(axis=1) < _RUNAWAY)
        # The last step is taken all the same: it squares the error once more.
        theta[active[done]] += step[done]
        log_z[active[done]] += np.einsum("gk,gk->g", step[done], mean[done])
        converged[active[done]] = True
        going = sound & ~ended
        active, step, decrement = active[going], step[going], decrement[going]
        before = decrement
        if not len(active):
            break
        theta[active], evaluated, log_z[active] = _line_search(
            space, target[active], theta[active], log_z[active], step, decrement
        )
    theta[~converged], log_z[~converged] = np.nan, np.nan
    return Maximum(theta, log_z, covariance)


def _line_search(
    space: Space, target: Floats, theta: Floats, log_z: Floats, step: Floats, decrement: Floats
) -> tuple[Floats, Any, Floats]:
    """Halve the step of each group until the objective falls by a tenth of what its slope promises."""
    before = log_z - np.einsum("gk,gk->g", theta, target)
    small = decrement <= _SMALL_DECREMENT
    scale = np.where(small, 1.0, 1.0 / (1.0 + np.sqrt(decrement) / 4.0))
    while True:
        trial = theta + scale[:, None] * step
        evaluated, z = space.evaluate(trial)
        after = z - np.einsum("gk,gk->g", trial, target)
        enough = after <= before - 0.1 * scale * decrement + _SLACK * (1.0 + np.abs(before) + np.abs(z))
        enough |= small | (scale < 1e-6)
        if enough.all():
            return trial, evaluated, z
        scale = np.where(enough, scale, 0.5 * scale)


def _newton_step(covariance: Floats, gradient: Floats) -> Floats:
    # Scaled to unit diagonal: a rare event must not look like a singular matrix.
    scale = 1.0 / np.sqrt(np.maximum(np.einsum("gkk->gk", covariance), np.finfo(float).tiny))
    scaled, right = covariance * scale[:, :, None] * scale[:, None, :], gradient * scale
    try:
        step: Floats = np.linalg.solve(scaled, right[:, :, None])[:, :, 0] * scale
    except np.linalg.LinAlgError:
        step = np.stack([_solve_one(c, g) for c, g in zip(scaled, right, strict=True)]) * scale
    return step


def _solve_one(matrix: Floats, right: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.solve(matrix, right), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.full_like(right, np.nan)


def _shortest(covariance: Floats, gradient: Floats) -> Floats:
    return np.stack([np.linalg.lstsq(c, g, rcond=1e-10)[0] for c, g in zip(covariance, gradient, strict=True)])
