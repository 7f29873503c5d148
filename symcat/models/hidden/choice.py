"""How many components: from K to K + 1 from several starts, until BIC has risen twice.

The starts are the same whenever they are asked for: each component of the best of K in two halves, side by side and
one within the other, and shares of equal size. A few steps of EM tell the promising ones, of which Newton's method
finds the maxima (Biernacki, Celeux & Govaert 2003, Comput. Stat. Data Anal. 41:561, on short runs).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from symcat.models.hidden.em import climbed, fitted_shares
from symcat.models.hidden.mixture import Cells, Mixture
from symcat.models.hidden.newton import NEARLY, maximum, slope_at
from symcat.models.hidden.resolution import fewest_rows

MOST_COMPONENTS = 10

_SHORT = 12  # steps of EM that rank the starts
_PROMISING = 2  # starts that are followed to their maximum
_SAME = 1e-2  # nats, within which two maxima are one
_RISES = 2


@dataclass(frozen=True)
class Tried:
    """What was found with one number of components: log-likelihoods of the local maxima, the best first, and BIC."""

    components: int
    maxima: tuple[float, ...]
    bic: float


@dataclass(frozen=True)
class Choice:
    """The mixture with the smallest BIC, and what was tried."""

    mixture: Mixture
    tried: tuple[Tried, ...]

    @property
    def words(self) -> str:
        """All local answers, in a sentence."""
        least = min(one.bic for one in self.tried)
        above = ", ".join(f"{one.components}: {one.bic - least:.1f}" for one in self.tried)
        local = [
            f"{one.components}: {', '.join(f'{value - one.maxima[0]:.1f}' for value in one.maxima[1:])}"
            for one in self.tried
            if len(one.maxima) > 1
        ]
        others = f"; further local maxima, in nats below the best: {'; '.join(local)}" if local else ""
        size = len(self.mixture)
        return f"{size} component{'s' * (size > 1)} by BIC (above the least by components: {above}{others})"


def free_numbers(components: int) -> int:
    """Of a mixture on a line."""
    return 3 * components - 1


def chosen(coarse: Cells, fine: Cells, narrowest: float, count: float) -> Choice:
    """The choice, searched for among ``coarse`` cells and settled among ``fine`` ones of the same rows."""
    mixture = _single(fine, narrowest)
    value = slope_at(mixture, [fine.piece]).value
    tried = [Tried(1, (value,), free_numbers(1) * math.log(count) - 2.0 * value)]
    best = latest = mixture
    for size in range(2, MOST_COMPONENTS + 1):
        if count < size * fewest_rows(1) or len(fine.values) < 2 * size:
            break
        starts = [*_split(latest, narrowest), fitted_shares(coarse, size)]
        found = _maxima(climbed(starts, coarse, narrowest, _SHORT), coarse, fine, narrowest, count)
        if not found:
            break
        latest, value = found[0]
        bic = free_numbers(size) * math.log(count) - 2.0 * value
        if bic < min(one.bic for one in tried):
            best = latest
        tried.append(Tried(size, tuple(value for _, value in found), bic))
        if len(tried) > _RISES and all(one.bic > tried[-1 - _RISES].bic for one in tried[-_RISES:]):
            break
    return Choice(best, tuple(tried))


def admissible(mixture: Mixture, count: float) -> bool:
    """Whether every component holds rows enough."""
    return bool((mixture.weights * count >= fewest_rows(1)).all())


def _single(cells: Cells, narrowest: float) -> Mixture:
    mean = cells.counts @ cells.values / cells.total
    square = cells.counts @ ((cells.values - mean) ** 2 + (0.0 if cells.within is None else cells.within))
    spread = max(math.sqrt(square / cells.total), narrowest)
    return Mixture(np.ones(1), np.array([mean]), np.array([spread]))


def _maxima(
    climbs: Sequence[tuple[float, Mixture]], coarse: Cells, fine: Cells, narrowest: float, count: float
) -> list[tuple[Mixture, float]]:
    """The distinct maxima above the most promising starts with their log-likelihoods, the best first.

    All are of the coarse cells, but for the best, which is that of the fine ones.
    """
    found: list[tuple[Mixture, float]] = []
    promising = [start for _, start in sorted(climbs, key=lambda one: -one[0]) if admissible(start, count)]
    for start in promising[:_PROMISING]:
        top = maximum(start, [coarse.piece], narrowest, NEARLY)
        if top is None or not admissible(top[0], count):
            continue
        if all(abs(top[1].value - value) > _SAME for _, value in found):
            found.append((top[0], top[1].value))
    found.sort(key=lambda one: -one[1])
    if fine is not coarse:
        for k, (mixture, _) in enumerate(found):
            top = maximum(mixture, [fine.piece], narrowest, NEARLY)
            if top is not None and admissible(top[0], count):
                shift = top[1].value - found[k][1]
                return [(top[0], top[1].value), *((other, value + shift) for other, value in found[k + 1 :])]
        return []
    return found


def _split(mixture: Mixture, narrowest: float) -> list[Mixture]:
    """Each component in two, side by side, and one within the other, but for those that are as narrow as can be."""
    out = []
    for k in np.flatnonzero(mixture.spreads > 1.5 * narrowest):
        for apart, spreads in ((0.8, (0.6, 0.6)), (0.0, (0.4, 1.4))):
            w, m, s = mixture.weights[k], mixture.means[k], mixture.spreads[k]
            out.append(
                Mixture(
                    np.append(np.delete(mixture.weights, k), [0.5 * w, 0.5 * w]),
                    np.append(np.delete(mixture.means, k), [m - apart * s, m + apart * s]),
                    np.maximum(np.append(np.delete(mixture.spreads, k), [s * f for f in spreads]), narrowest),
                )
            )
    return out
