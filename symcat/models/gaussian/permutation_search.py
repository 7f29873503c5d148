"""Which group of permutations of the columns a table has: that with the smallest BIC.

Of up to seven columns all groups are weighed. Of more, permutations are guessed, each from where it takes two columns:
the others follow one by one, where their covariances with those before fit best. The likeliest are then put together
for as long as BIC falls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import lgamma, log

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.symmetry import permutation_groups
from symcat.symmetry.blocks_of_symmetry import Block, blocks
from symcat.symmetry.pair_orbits import Integers, PairOrbits, Permutation, cycles, of_cycles

Floats = NDArray[np.float64]

_ROWS_PER_NUMBER = 2.0
"""Times as many rows as it takes for a covariance of the symmetry to have an inverse, or a group is not weighed."""
_NUMBERS = 1e8
_STARTS = 4000
_COMPLETED = 200
_TRIED = 60
"""Permutations, the likeliest of those guessed, that are put together."""
_FLAT = 1e-12


@dataclass(frozen=True)
class Table:
    """What a table says of its covariance: ``second`` (d, d) about ``mean`` (d,), over ``rows``.

    ``own`` says that every column has a mean of its own, ``known`` that the mean is.
    """

    second: Floats
    mean: Floats
    rows: float
    own: bool = False
    known: bool = False

    @property
    def dimension(self) -> int:
        """Columns."""
        return len(self.mean)

    def of_means(self, orbits: PairOrbits) -> int:
        """How many free means there are."""
        if self.known:
            return 0
        return self.dimension if self.own else int(orbits.columns.max()) + 1

    def covariances(self, orbits: PairOrbits, labels: Integers) -> Floats:
        """(M, d, d) as the group leaves them, of the table with its columns in the order of each of the labels."""
        second = self.second[labels[:, :, None], labels[:, None, :]]
        if not (self.own or self.known):
            mean = self.mean[labels]
            apart = mean - orbits.averaged_columns(mean)
            second = second + apart[:, :, None] * apart[:, None, :]
        return orbits.averaged(second)

    def criteria(self, orbits: PairOrbits, labels: Integers) -> Floats:
        """(M,) BIC, up to what is the same for all groups; infinite where there is no maximum."""
        covariances = self.covariances(orbits, labels)
        with np.errstate(all="ignore"):
            deviation = np.sqrt(np.einsum("mii->mi", covariances))
            sign, log_det = np.linalg.slogdet(covariances / deviation[:, :, None] / deviation[:, None, :])
            value = self.rows * (log_det + 2.0 * np.log(deviation).sum(axis=1))
        value += (orbits.count + self.of_means(orbits)) * log(self.rows)
        good = (sign > 0.0) & (log_det > self.dimension * log(_FLAT)) & np.isfinite(value)
        return np.where(good, value, np.inf)

    def enough(self, found: Sequence[Block]) -> bool:
        """Whether the rows are enough for the blocks of a group."""
        rows = self.rows - (not self.known)
        return all(rows * block.k >= _ROWS_PER_NUMBER * block.r * block.field for block in found)


@dataclass(frozen=True)
class Found:
    """A group of permutations by its generators, none where it changes nothing, and its orbits."""

    generators: tuple[Permutation, ...]
    orbits: PairOrbits


def search(table: Table) -> Found:
    """The group with the smallest BIC, of two columns or more."""
    return _of_all(table) if table.dimension <= permutation_groups.LARGEST else _guided(table)


def log_groups(d: int) -> float:
    """The log of how many groups there are to choose from: of more than seven columns, of permutations."""
    if d < 2:
        return 0.0
    return log(permutation_groups.number(d)) if d <= permutation_groups.LARGEST else lgamma(d + 1.0)


def _of_all(table: Table) -> Found:
    best, found = np.inf, Found((), PairOrbits.of((), table.dimension))
    for kind in permutation_groups.kinds(table.dimension):
        clock.check()
        if not table.enough(kind.blocks):
            continue
        criteria = table.criteria(kind.orbits, kind.labels)
        at = int(criteria.argmin())
        if criteria[at] < best:
            best, generators = float(criteria[at]), kind.relabelled(at)
            found = Found(generators, PairOrbits.of(generators, table.dimension))
    return found


def _guided(table: Table) -> Found:
    d = table.dimension
    nothing = PairOrbits.of((), d)
    best, found = np.inf, Found((), nothing)
    if table.enough(blocks(nothing)):
        best = _criterion(table, nothing)
    weighed = []
    seen: set[bytes] = set()
    for one in _guesses(table.second):
        clock.check()
        orbits = PairOrbits.of((one,), d)
        if orbits.place.tobytes() not in seen:
            seen.add(orbits.place.tobytes())
            weighed.append((_criterion(table, orbits), one))
    tried = [one for _, one in sorted(weighed)[:_TRIED]]
    for _ in range(d):  # each round joins one generator, so there are few
        grown = best
        for one in tried:
            clock.check()
            orbits = PairOrbits.of((*found.generators, one), d)
            criterion = _criterion(table, orbits)
            if criterion < grown and orbits.count < found.orbits.count and table.enough(blocks(orbits)):
                grown, joined = criterion, Found((*found.generators, one), orbits)
        if not grown < best:
            break
        best, found = grown, joined
    return found


def _criterion(table: Table, orbits: PairOrbits) -> float:
    return float(table.criteria(orbits, np.arange(table.dimension)[None])[0])


def _guesses(covariance: Floats) -> list[Permutation]:
    """Permutations that may leave a covariance as it is, with their powers and single cycles, none twice."""
    d = len(covariance)
    found: dict[Permutation, None] = {of_cycles([(i, j)], d): None for i in range(d) for j in range(i)}
    for one in _completed(covariance):
        found[one] = None
        power, members = one, 1
        while len(own := cycles(power)) and members < d:  # of its powers one may hold where it does not itself
            found.update((of_cycles([cycle], d), None) for cycle in own)
            power, members = tuple(one[j] for j in power), members + 1
            found[power] = None
    return [one for one in found if cycles(one)]


def _completed(covariance: Floats) -> list[Permutation]:
    """Permutations completed from where they take two columns, those that fit best there first."""
    d = len(covariance)
    variance = np.diagonal(covariance)
    far = np.where(np.eye(d, dtype=bool), -np.inf, np.abs(covariance))
    partner = far.argmax(axis=1)
    a, b, c = np.indices((d, d, d)).reshape(3, -1)
    other = partner[a]
    cost = (variance[a] - variance[b]) ** 2 + (variance[other] - variance[c]) ** 2
    cost += 2.0 * (covariance[a, other] - covariance[b, c]) ** 2
    usable = (b != c) & ~((a == b) & (other == c))
    chosen = np.flatnonzero(usable)[np.argsort(cost[usable], kind="stable")]
    chosen = chosen[: max(d, min(_STARTS, int(_NUMBERS / d**3)))]
    images: dict[Permutation, None] = {}
    for start in np.unique(a[chosen]):
        clock.check()
        seeds = chosen[a[chosen] == start]
        order = [int(start), int(partner[start])]
        image = np.stack([b[seeds], c[seeds]], axis=1)
        left = [j for j in np.argsort(-far[start], kind="stable").tolist() if j not in order]
        taken = np.zeros((len(seeds), d), dtype=bool)
        np.put_along_axis(taken, image, values=True, axis=1)
        for j in left:
            there = covariance[:, image].transpose(1, 0, 2)  # (S, d, placed)
            misfit = ((there - covariance[j, order]) ** 2).sum(axis=2) + 0.5 * (variance - variance[j]) ** 2
            misfit[taken] = np.inf
            goes = misfit.argmin(axis=1)
            taken[np.arange(len(seeds)), goes] = True
            image = np.concatenate([image, goes[:, None]], axis=1)
            order.append(j)
        back = np.argsort(order)
        images.update((tuple(row), None) for row in image[:, back].tolist())
    whole = np.array(list(images))
    misfit = [((covariance[np.ix_(one, one)] - covariance) ** 2).sum() for one in whole]
    return [tuple(one) for one in whole[np.argsort(misfit, kind="stable")[:_COMPLETED]].tolist()]
