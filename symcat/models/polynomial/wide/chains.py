"""What couplings of one and two columns imply, from chains: averages beside those of a Gaussian that follows them.

A trajectory turns rows and momenta by a right angle under the Gaussian, exactly, with kicks of the rest of F between
(Hamiltonian Monte Carlo; Shahbaba et al. 2014, Stat. Comput. 24:339, for the splitting). A Gaussian that is turned so
ends at its momenta: they are rows of it near to the model's, and what their averages miss is taken off as a control
variate. How near they are depends on the kick on a row's columns, not on how many columns there are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.models.polynomial.wide.form import Pairs, averages
from symcat.models.polynomial.wide.wick import Gaussian

Floats = NDArray[np.float64]

GROUPS, CHAINS = 16, 2048
"""Groups that are independent, and chains of each, which are moved together."""
_KICKS = 3  # of a trajectory
_BURNT = 3  # trajectories before the first that counts


@dataclass
class Group:
    """Chains (c, d) of ``exp(-y y / 2 - V)`` in coordinates in which the Gaussian is a standard one."""

    gaussian: Gaussian
    form: Pairs  # V, as couplings of monomials
    z: Floats
    rng: np.random.Generator
    moved: int = 0
    tried: int = 0

    def __post_init__(self) -> None:
        self.rest, self.slope = self.form.values(self.rows), self._slope(self.z)

    def _slope(self, z: Floats) -> Floats:
        """(c, d) of V."""
        return np.asarray(self.form.slopes(z @ self.gaussian.triangle.T) @ self.gaussian.triangle)

    def sweep(self) -> Floats:
        """One trajectory of every chain; rows (c, d) of the Gaussian that follow them."""
        clock.check()
        fresh = self.rng.standard_normal(self.z.shape)
        angle = 0.5 * math.pi / _KICKS
        cosine, sine = math.cos(angle), math.sin(angle)
        z, p, slope = self.z, fresh, self.slope
        for _ in range(_KICKS):
            p = p - 0.5 * angle * slope
            z, p = cosine * z + sine * p, cosine * p - sine * z
            slope = self._slope(z)
            p = p - 0.5 * angle * slope
        with np.errstate(over="ignore", invalid="ignore"):
            rest = self.form.values(z @ self.gaussian.triangle.T)
            before = self.rest + 0.5 * ((self.z**2).sum(axis=1) + (fresh**2).sum(axis=1))
            gained = before - rest - 0.5 * ((z**2).sum(axis=1) + (p**2).sum(axis=1))
        taken = np.log(self.rng.random(len(z))) < np.nan_to_num(gained, nan=-np.inf)
        self.z = np.where(taken[:, None], z, self.z)
        self.slope = np.where(taken[:, None], slope, self.slope)
        self.rest = np.where(taken, rest, self.rest)
        self.moved, self.tried = self.moved + int(taken.sum()), self.tried + len(z)
        return fresh

    @property
    def rows(self) -> Floats:
        """(c, d) of the columns, now."""
        return self.z @ self.gaussian.triangle.T


@dataclass(frozen=True)
class Implied:
    """Averages of the Wick powers under couplings ``v``, and how those of each group of chains deviate from them.

    ``rows`` are the last of every group, ``beside`` those of the Gaussian that follow them. ``taken`` is the share of
    trajectories that were not turned down.
    """

    averages: Pairs
    deviations: list[Pairs]
    rows: Floats
    beside: Floats
    taken: float

    @property
    def has_left(self) -> bool:
        """Whether a chain has gone where no row of the data can be."""
        return not np.isfinite(self.rows).all() or not np.isfinite(self.averages.third).all()


def implied(gaussian: Gaussian, v: Pairs, sweeps: int, rng: np.random.Generator) -> Implied:
    """Of ``V`` in Wick powers, from ``GROUPS`` groups of chains that count so many trajectories each."""
    form, d = gaussian.monomials(v), len(v.first)
    model, normal, rows, beside = [], [], [], []
    moved = tried = 0
    for _ in range(GROUPS):
        group = Group(gaussian, form, rng.standard_normal((CHAINS, d)), rng)
        for _ in range(_BURNT):
            group.sweep()
        own, other = Pairs.zero(d), Pairs.zero(d)
        for _ in range(sweeps):
            fresh = group.sweep() @ gaussian.triangle.T
            own, other = own + averages(group.rows), other + averages(fresh)
        model.append(gaussian.wick(own * (1.0 / sweeps)))
        normal.append(gaussian.wick(other * (1.0 / sweeps)))
        moved, tried = moved + group.moved, tried + group.tried
        rows.append(group.rows)
        beside.append(fresh)
    controlled = [_controlled(*parts) for parts in zip(*(_stacked(of) for of in (model, normal)), strict=True)]
    mean = Pairs(*(part.mean(axis=0) for part in controlled))
    each = [Pairs(*(part[b] for part in controlled)) - mean for b in range(GROUPS)]
    return Implied(mean, each, np.concatenate(rows), np.concatenate(beside), moved / tried)


def _stacked(of: list[Pairs]) -> list[Floats]:
    return [np.stack(parts) for parts in zip(*(one.parts for one in of), strict=True)]


def _controlled(model: Floats, normal: Floats) -> Floats:
    """(B, ...) averages of the model less what those of the Gaussian, which are zero, miss."""
    with np.errstate(over="ignore", invalid="ignore"):
        covariance = ((model - model.mean(axis=0)) * normal).sum()
        beta = covariance / max(float((normal**2).sum()), np.finfo(float).tiny) * GROUPS / (GROUPS - 1)
        out: Floats = model - beta * normal
    return out
