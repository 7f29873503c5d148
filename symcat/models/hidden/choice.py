"""How many components: from K to K + 1 from several starts, until BIC has risen twice.

The starts are the same whenever they are asked for: the components of the best of K split in turn, and parts of equal
size. A few steps of EM tell the promising ones, of which Newton's method finds the maxima (Biernacki, Celeux & Govaert
2003, Comput. Stat. Data Anal. 41:561, on short runs).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np

from symcat.models.base import Floats
from symcat.models.hidden.resolution import fewest_rows

MOST_COMPONENTS = 10

_PROMISING = 2  # starts that are followed to their maximum
_SAME = 1e-2  # nats, within which two maxima are one
_RISES = 2

M = TypeVar("M")
"""Mixtures, of one column or of several."""


class Search(Protocol[M]):
    """What the choice asks of mixtures of some kind, over the rows that it was made for.

    ``maximum`` is over ``fine`` rows or cells of them, or over fewer for a search; with its log-likelihood of all rows,
    None where a component loses its rows, or where there is none.
    """

    @property
    def dimension(self) -> int: ...

    @property
    def count(self) -> float: ...

    @property
    def most(self) -> int:
        """Components that the rows allow."""

    def single(self) -> tuple[M, float]: ...

    def starts(self, latest: M, size: int) -> list[M]: ...

    def climbed(self, starts: list[M]) -> list[tuple[float, M]]: ...

    def maximum(self, start: M, *, fine: bool) -> tuple[M, float] | None: ...

    def admissible(self, mixture: M) -> bool: ...


@dataclass(frozen=True)
class Tried(Generic[M]):
    """What was found with one number of components: log-likelihoods of the local maxima, the best first, and BIC."""

    components: int
    maxima: tuple[float, ...]
    bic: float
    mixture: M


@dataclass(frozen=True)
class Choice(Generic[M]):
    """The mixture with the smallest BIC, its number of components, and what was tried."""

    mixture: M
    components: int
    tried: tuple[Tried[M], ...]

    @property
    def ranked(self) -> list[Choice[M]]:
        """The choice, and those of the other numbers of components in order of BIC."""
        return [Choice(one.mixture, one.components, self.tried) for one in sorted(self.tried, key=lambda one: one.bic)]

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
        size = self.components
        return f"{size} component{'s' * (size > 1)} by BIC (above the least by components: {above}{others})"

    @property
    def statistics(self) -> dict[str, Floats]:
        """The number of components, and how far the BIC of each number is above the least; as many as were tried."""
        above = np.empty((1, max(one.components for one in self.tried)))
        least = min(one.bic for one in self.tried)
        for one in self.tried:
            above[0, one.components - 1] = one.bic - least
        return {"components": np.array([float(self.components)]), "bic_above_least": above}


def free_numbers(components: int, dimension: int = 1) -> int:
    """Of a mixture."""
    return components * fewest_rows(dimension) // 2 - 1


def chosen(search: Search[M]) -> Choice[M]:
    """The choice."""

    def bic(size: int, value: float) -> float:
        return free_numbers(size, search.dimension) * math.log(search.count) - 2.0 * value

    mixture, value = search.single()
    tried = [Tried(1, (value,), bic(1, value), mixture)]
    latest = mixture
    for size in range(2, min(MOST_COMPONENTS, search.most) + 1):
        found = _maxima(search, search.climbed(search.starts(latest, size)))
        if not found:
            break
        latest, value = found[0]
        tried.append(Tried(size, tuple(value for _, value in found), bic(size, value), latest))
        if len(tried) > _RISES and all(one.bic > tried[-1 - _RISES].bic for one in tried[-_RISES:]):
            break
    best = min(tried, key=lambda one: one.bic)
    return Choice(best.mixture, best.components, tuple(tried))


def _maxima(search: Search[M], climbs: Sequence[tuple[float, M]]) -> list[tuple[M, float]]:
    """The distinct maxima above the most promising starts with their log-likelihoods, the best first.

    Those of a search are told; the best is that of the fine cells.
    """
    found: list[tuple[M, float]] = []
    promising = [start for _, start in sorted(climbs, key=lambda one: -one[0]) if search.admissible(start)]
    for start in promising[:_PROMISING]:
        top = search.maximum(start, fine=False)
        if top is None or not search.admissible(top[0]):
            continue
        if all(abs(top[1] - value) > _SAME for _, value in found):
            found.append(top)
    found.sort(key=lambda one: -one[1])
    for k, (mixture, value) in enumerate(found):
        top = search.maximum(mixture, fine=True)
        if top is not None and search.admissible(top[0]):
            return [top, *((other, below + top[1] - value) for other, below in found[k + 1 :])]
    return []
