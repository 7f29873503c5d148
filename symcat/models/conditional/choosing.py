"""In which coordinates, and how far shrunk, Gaussians of classes tell each row's level best from all other rows.

The coordinates are the leading principal axes of the predictors, these divided by their spreads or in their own units,
which is better where all are measured alike, as pixels are. Directions beyond count as alike in all classes. All is
chosen by the leave-one-out log-likelihood of the levels, each time at the sharpness where it is largest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats, Moments
from symcat.models.conditional.left_out import ByLevel, Gaussians
from symcat.models.conditional.level_rows import Batch, Batches
from symcat.models.conditional.sharpening import TAILS, Calibration, calibrated, scores, sharpness

MOST_AXES = 64
RANKS = (64, 54, 45, 38, 32, 27, 23, 19, 16, 13, 11, 9, 8, 7, 6, 5, 4, 3, 2, 1)
"""Numbers of axes that are tried beside all of them."""
_FIRST_RANK = 32
_FIRST_ROWS = 2048  # by which coordinates are chosen
_FIRST_SHRINKAGES, _FIRST_TAILS = slice(1, None, 3), (0.0, 0.03)  # and with which
_BESIDE = 3  # shrinkages to either side of the first choice that are tried with all rows
_SINGULAR = 1e-12  # share of the largest variance that is rounding


@dataclass(frozen=True)
class Chosen:
    """Axes (p, q) along which the pooled covariance within classes is the identity, and the classes there."""

    axes: Floats
    gaussians: Gaussians
    shrinkage: float
    tail: float
    sharpness: float
    log_likelihood: float  # of the levels of the rows that were looked at, each from all other rows
    scores: Floats  # (m, K) theirs, before they are sharpened

    def calibrated(self, place: NDArray[np.intp], weight: Floats) -> Calibration:
        """How sure the probabilities of these rows may be."""
        return calibrated(self.scores, place, weight, self.sharpness)


def principal_axes(own: Moments) -> list[Floats]:
    """(p, Q) the leading axes by which unit variance is left, of the predictors over their spreads and as they are."""
    from scipy.linalg import eigh

    about = own.centred
    covariance = about.second[0]
    spread = np.sqrt(np.maximum(np.diagonal(covariance), 0.0))
    p, found = len(spread), []
    for scale in (np.where(spread > 0.0, spread, 1.0), np.ones(p)):
        first = max(p - MOST_AXES, 0)
        values, vectors = eigh(covariance / np.outer(scale, scale), subset_by_index=(first, p - 1))
        kept = values > _SINGULAR * values[-1]
        axes = vectors[:, kept][:, ::-1] / np.sqrt(values[kept][::-1])
        found.append(axes / (scale[:, None] * own.unit))
    return found


def averages(batches: Batches, origin: Floats, axes: Sequence[Floats], levels: int) -> list[ByLevel]:
    """Those of the coordinates of all rows in each level, in one pass."""
    count = np.zeros(levels)
    first = [np.zeros((levels, a.shape[1])) for a in axes]
    second = [np.zeros((levels, a.shape[1], a.shape[1])) for a in axes]
    for x, place, weight in batches():
        count += np.bincount(place, weight, levels)
        away = x - origin
        order = np.argsort(place, kind="stable")
        ends = np.cumsum(np.bincount(place, minlength=levels))
        for one, a in enumerate(axes):
            z = (away @ a)[order]
            weighted = z * weight[order, None]
            for k, end in enumerate(ends.tolist()):
                rows = slice(int(ends[k - 1]) if k else 0, end)
                first[one][k] += weighted[rows].sum(axis=0)
                second[one][k] += weighted[rows].T @ z[rows]
    found = []
    with np.errstate(all="ignore"):  # a level without rows is refused
        for total, square in zip(first, second, strict=True):
            mean = total / count[:, None]
            covariance = square / count[:, None, None] - mean[:, :, None] * mean[:, None, :]
            found.append(ByLevel(count, mean, covariance))
    return found


def choose(
    of: Sequence[ByLevel], axes: Sequence[Floats], origin: Floats, sample: Batch, shrinkages: Floats
) -> Chosen | None:
    """The best of the coordinates, ranks and shrinkages, by rows of the data; None where no covariance has an inverse.

    Which coordinates is told by every so many-th row of the ``sample``, how far they are shrunk by all of it.
    """
    x, place, weight = sample
    few = np.unique(np.linspace(0, len(x) - 1, min(len(x), _FIRST_ROWS), dtype=np.intp))
    first = shrinkages[_FIRST_SHRINKAGES] if len(shrinkages) > 1 else shrinkages
    coordinates = [(x[few] - origin) @ a for a in axes]
    known: dict[tuple[int, int], Chosen | None] = {}

    def tried(offer: tuple[int, int]) -> float:
        if offer not in known:
            one, rank = offer
            z = coordinates[one]
            known[offer] = _at(of[one], axes[one], rank, z, place[few], weight[few], first, _FIRST_TAILS)
        found = known[offer]
        return -np.inf if found is None else found.log_likelihood

    def first_usable(one: int) -> tuple[int, int]:
        ranks = [rank for rank in _ranks(axes[one]) if rank <= max(_FIRST_RANK, _fewest_but_all(axes[one]))]
        return next(((one, rank) for rank in ranks if tried((one, rank)) > -np.inf), (one, ranks[-1]))

    one, rank = max(map(first_usable, range(len(axes))), key=tried)
    ranks = _ranks(axes[one])
    while True:  # uphill to one side, or the other
        at = ranks.index(rank)
        beside = ranks[max(at - 1, 0) : at] + ranks[at + 1 : at + 2]
        step = max(beside, key=lambda other: tried((one, other)), default=rank)
        if not tried((one, step)) > tried((one, rank)):
            break
        rank = step
    found = known[one, rank]
    if found is None:
        return None
    at = int(np.flatnonzero(shrinkages == found.shrinkage)[0])
    near, chosen = shrinkages[max(at - _BESIDE, 0) : at + _BESIDE + 1], axes[one][:, :rank]
    return _at(of[one], chosen, rank, (x - origin) @ chosen, place, weight, near, TAILS)


def _ranks(axes: Floats) -> list[int]:
    """Numbers of axes that may be tried, the largest first."""
    known = axes.shape[1]
    return [known, *(rank for rank in RANKS if rank < known)]


def _fewest_but_all(axes: Floats) -> int:
    """All axes where there are as many as predictors, which tell what no unit matters for; else none."""
    return axes.shape[1] if axes.shape[1] == len(axes) else 0


def _at(
    of: ByLevel,
    axes: Floats,
    rank: int,
    z: Floats,
    place: NDArray[np.intp],
    weight: Floats,
    shrinkages: Floats,
    tails: Sequence[float],
) -> Chosen | None:
    """The best of the shrinkages and tails with the first axes; None where no covariance has an inverse without any of
    the rows. The tails are tried at the best shrinkage of the one in the middle."""
    part = of.leading(rank)
    values, vectors = np.linalg.eigh(part.pooled)
    if not values[0] > _SINGULAR * values[-1]:
        return None
    turn = vectors / np.sqrt(values)
    gaussians = Gaussians.of_levels(part.turned(turn))
    square, height = gaussians.left_out(z[:, :rank] @ turn, place, shrinkages)
    usable = np.asarray(np.isfinite(square + height).all(axis=(1, 2)))
    best: Chosen | None = None

    def better(index: int, tail: float) -> None:
        nonlocal best
        found = scores(square[index], height[index], tail, rank)
        tau, likelihood = sharpness(found, place, weight, 1.0 if best is None else best.sharpness)
        if best is None or likelihood > best.log_likelihood:
            best = Chosen(axes[:, :rank] @ turn, gaussians, float(shrinkages[index]), tail, tau, likelihood, found)

    middle = tails[len(tails) // 2]
    for index in np.flatnonzero(usable).tolist():
        better(index, middle)
    if best is not None:
        index = int(np.flatnonzero(shrinkages == best.shrinkage)[0])
        for tail in tails:
            if tail != middle:
                better(index, tail)
        tail = best.tail
        for beside in (index - 1, index + 1, index - 2, index + 2) if tail != middle else ():
            if 0 <= beside < len(shrinkages) and usable[beside]:
                better(beside, tail)
    return best
