"""Is a law unchanged by a group? A test that is exact in finite samples: each row is replaced by one of its images.

Where the law of a row is invariant, the row and independent random images of it are exchangeable, so that drawing one
of them anew for each row leaves the law of the table as it is (Hoeffding 1952; Chiu & Bloem-Reddy 2023, arXiv
2307.15834). Several statistics are compared by their ranks among the same draws, which keeps the test exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.symmetry.departures import Departures
from symcat.symmetry.group import FEW, Group

Floats = NDArray[np.float64]

_MOST_NUMBERS = 60_000_000
"""Functions at images, in all; of very many rows there are fewer images of each."""
_AT_ONCE = 2_000_000
_IN_CACHE = 150_000
_ELEMENTS = 256
"""Of a group, by which its fixed directions are found where there are too many for all."""
_NOTHING = 1e-12  # of the largest variance, or of one for each row
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Effort:
    """How much is drawn: less takes less time, and has a little less power.

    ``images`` are random ones of each row, where the group has many; of K, power is that of a share K / (K + 1) of the
    rows. Of a group with ``few`` elements at most all are used. ``units`` are rows, or sums over rows, that are
    replaced each by itself.
    """

    images: int = 15
    few: int = FEW
    units: int = 512


@dataclass(frozen=True)
class Orbits:
    """Sums over units of rows (U, K, F) of what each function has at their images less the mean of these.

    The first image is the row itself. ``standard`` are the units of the columns (d,).
    """

    centred: Floats
    standard: Floats
    count: int

    @cached_property
    def variances(self) -> Floats:
        """(F,) of the sums over all units, where each takes one of its images at random; zero for what cannot vary."""
        found: Floats = np.einsum("ukf,ukf->f", self.centred, self.centred) / self.centred.shape[1]
        return np.where(found > _NOTHING * max(float(found.max(initial=0.0)), self.count), found, 0.0)


@dataclass(frozen=True)
class Randomized:
    """The p-value, each statistic's own (S,), the combined statistic of the data (first) and of the draws, and the
    strongest monomial: its place, how far its average is from what the group forces, and that in standard errors."""

    p_value: float
    each: Floats
    combined: Floats
    strongest: int
    effect: float
    errors: float


def orbits(
    y: Floats,
    acting: Group,
    departures: Departures,
    rng: np.random.Generator,
    block: int = 1,
    *,
    recentred: bool = False,
    standard: Floats | None = None,
    effort: Effort | None = None,
) -> Orbits:
    """Of rows about the centre (n, d), in units of ``block`` or more consecutive rows, which share their elements.

    ``recentred`` says that the centre is the mean of the rows: what that does to the averages, to first order, is taken
    out, of the rows and of their images alike. ``standard`` are the units of the columns, those of the images if left
    out.
    """
    effort = effort or Effort()
    n = len(y)
    count = int(np.clip(_MOST_NUMBERS // (n * departures.count) - 1, 1, effort.images))
    unit = block * -(-n // (block * effort.units))
    seed = int(rng.integers(2**63))
    at_once = block * max(1, _AT_ONCE // ((count + 1) * departures.count * block))

    def images() -> Iterator[tuple[int, Floats]]:
        """The same each time, so that what is read off all of them is one function of the orbits."""
        for k, start in enumerate(range(0, n, at_once)):
            clock.check()
            some = y[start : start + at_once]
            yield start, acting.images(some, count, np.random.default_rng([seed, k]), block, few=effort.few)

    if standard is None:
        total = sum((z**2).mean(axis=0).sum(axis=0) for _, z in images())
        spread = np.sqrt(np.asarray(total) / n)
        standard = np.where(spread > 0.0, spread, 1.0)
    out: Floats | None = None
    averages, along = np.zeros(departures.count), np.zeros((0, 0, 0))
    for start, of_rows in images():
        z = of_rows / standard
        values = departures.values(z.reshape(-1, z.shape[-1])).reshape(*z.shape[:2], -1)
        of_images = values.mean(axis=0)
        values -= of_images
        if out is None:
            out, along = (np.zeros((-(-n // unit), len(z), k)) for k in (departures.count, len(standard)))
        _add(out, values, start, unit)
        if recentred:
            averages += of_images.sum(axis=0) / n
            _add(along, z - z.mean(axis=0), start, unit)
    assert out is not None
    if recentred:
        # Averages over all images, as they are the same for rows of an invariant law, and vary less.
        out -= along @ _moved_by_the_centre(acting, len(standard), rng) @ departures.slopes(averages)
    found = Orbits(out, standard, n)
    found.centred[..., found.variances == 0.0] = 0.0  # of what cannot vary, rounding is left
    return found


def _add(total: Floats, values: Floats, start: int, unit: int) -> None:
    """To sums over units of rows (U, K, F) what further rows have (K, m, F), of which the first is number ``start``."""
    if unit == 1:
        total[start : start + values.shape[1]] = values.swapaxes(0, 1)
        return
    of_units = np.arange(start, start + values.shape[1]) // unit
    first = np.flatnonzero(np.diff(of_units, prepend=-1))
    total[of_units[first]] += np.add.reduceat(values, first, axis=1).swapaxes(0, 1)


def _moved_by_the_centre(acting: Group, d: int, rng: np.random.Generator) -> Floats:
    """(d, d) takes a direction less what the group leaves of it: along that, a law that moves stays invariant."""
    left = acting.images(np.eye(d), _ELEMENTS, rng, block=d).mean(axis=0).T
    return np.asarray(np.eye(d) - left, dtype=np.float64)


def randomize(
    found: Orbits, departures: Departures, draws: int, rng: np.random.Generator, *, bounded: bool = False
) -> Randomized:
    """The test, with ``draws`` tables of images of the units; by the waves alone, which are bounded, if it is asked."""
    from scipy.sparse import csr_array

    centred = found.centred
    units, images, functions = centred.shape
    seen = found.variances > 0.0
    weight = np.where(seen, 1.0 / np.sqrt(np.where(seen, found.variances, 1.0)), 0.0)
    chosen = np.concatenate([np.zeros((1, units), dtype=np.int64), rng.integers(images, size=(draws, units))])
    sums = np.zeros((draws + 1, functions))
    at_once = max(1, _IN_CACHE // (images * functions))
    for start in range(0, units, at_once):
        clock.check()
        part = centred[start : start + at_once].reshape(-1, functions)
        some = chosen[:, start : start + at_once]
        places = some + images * np.arange(some.shape[1])
        ends = np.arange(0, some.size + 1, some.shape[1])
        sums += csr_array((np.ones(some.size), places.ravel(), ends), (draws + 1, len(part))) @ part
    scaled = sums * weight
    of_monomials = np.abs(scaled[:, : len(departures.monomials)])
    statistics = [(sums[:, part] ** 2).sum(axis=1) for part in departures.kernels]
    if not bounded:
        statistics += [(scaled[:, part] ** 2).sum(axis=1) for part in departures.parts if seen[part].any()]
        statistics += [of_monomials.max(axis=1)]
    # Draws that are equal but for rounding, as all are where the group leaves each row as it is, count as equal.
    shares = np.stack([_shares(one) for one in statistics])
    together = -np.log(shares).sum(axis=0)
    # Several draws have the smallest rank there is, by one statistic: what the others say comes next.
    smallest = -np.log(shares.min(axis=0)) + together / (len(shares) * (draws + 1.0) ** 2)
    combined = np.minimum(_shares(together), _shares(smallest))
    p_value = float((combined <= combined[0]).mean())
    strongest = int(of_monomials[0].argmax())
    return Randomized(
        p_value=p_value,
        each=shares[:, 0],
        combined=-np.log(combined),
        strongest=strongest,
        effect=float(sums[0, strongest]) / found.count,
        errors=float(scaled[0, strongest]),
    )


def _shares(statistic: Floats) -> Floats:
    """(B + 1,) of all draws, the data's among them, the share that is as large as each."""
    rounded = statistic - _ROUNDING * np.abs(statistic)
    ordered = np.sort(statistic)
    out: Floats = (len(statistic) - np.searchsorted(ordered, rounded, side="left")) / len(statistic)
    return out
