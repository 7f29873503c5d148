"""Evidence against a symmetry that may be watched as it grows: a fortune that a symmetric law lets nobody expect.

Each unit of rows is bet on by what those before it have shown: the share of ``exp(w . departure)`` at the row itself
among its images. Where these are exchangeable its expectation is one, whatever w was learned from the past, so that the
product is an e-value at every time (Koning 2023, arXiv 2310.01153; Ramdas et al. 2023, Statist. Sci. 38:576). Several
bettors, one for each kind of departure, share the stake.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from symcat.symmetry.departures import Departures
from symcat.symmetry.randomization import Orbits

Floats = NDArray[np.float64]

_BOLDEST = 3.0
"""Largest exponent of a bet."""
_TINY = float(np.finfo(float).tiny)


@dataclass
class _Bettor:
    """What one kind of departure has shown: sums (f,) over units, of their variances too, and the log of a fortune."""

    total: Floats
    variance: Floats
    spread: float = 0.0
    units: int = 0
    fortune: float = 0.0

    def bet(self, centred: Floats) -> None:
        """Takes in units (U, K, f) of departures, the rows' first: one after the other, all in one go."""
        before = np.arange(self.units, self.units + len(centred))[:, None]  # units that each has seen
        known = np.maximum(before, 1)
        totals = self.total + np.cumsum(centred[:, 0], axis=0)
        mean = np.concatenate([self.total[None], totals[:-1]]) / known
        variances = self.variance + np.cumsum(np.einsum("ukf,ukf->uf", centred, centred) / centred.shape[1], axis=0)
        scale = variances / (before + 1)
        some = scale > 0.0
        direction = np.where(some, mean / np.where(some, scale, 1.0), 0.0)
        # What is left of the squared mean once the noise of so many units is taken off.
        gained = np.einsum("uf,uf->u", mean, direction) - some.sum(axis=1) / known[:, 0]
        along = np.einsum("ukf,uf->uk", centred, direction)
        length = np.einsum("uf,uf->u", direction, direction)
        spreads = self.spread + np.cumsum((along**2).mean(axis=1) / np.maximum(length, _TINY))
        usual = spreads / known[:, 0] * length
        bold = (gained > 0.0) & (usual > _TINY) & (before[:, 0] > 0)
        size = np.where(bold, gained, 0.0) / np.where(bold, usual, 1.0)
        exponents = np.minimum(size, _BOLDEST / np.abs(along).max(axis=1, initial=_TINY))[:, None] * along
        self.fortune += float((exponents[:, 0] - np.log(np.exp(exponents).mean(axis=1))).sum())
        self.total, self.variance, self.spread = totals[-1], variances[-1], float(spreads[-1])
        self.units += len(centred)


@dataclass
class Wager:
    """The bettors of all kinds of departures, each begun with an equal share of one."""

    departures: Departures
    bettors: list[_Bettor] = field(default_factory=list)

    def bet(self, found: Orbits) -> float:
        """Takes in units of rows, in order, and gives the log of the e-value."""
        parts = [*self.departures.parts, *self.departures.kernels]
        if not self.bettors:
            self.bettors = [_Bettor(np.zeros(p.stop - p.start), np.zeros(p.stop - p.start)) for p in parts]
        for bettor, part in zip(self.bettors, parts, strict=True):
            bettor.bet(found.centred[..., part])
        return self.log_e_value

    @property
    def log_e_value(self) -> float:
        """Of the mean of the fortunes."""
        fortunes = np.array([bettor.fortune for bettor in self.bettors]) if self.bettors else np.zeros(1)
        highest = float(fortunes.max())
        return highest + float(np.log(np.exp(fortunes - highest).mean()))
