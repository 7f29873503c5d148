"""In which coordinates, and how far shrunk, Gaussians of classes tell each row's level best from all other rows.

The coordinates are the leading principal axes of the predictors, these divided by their spreads or in their own units,
which is better where all are measured alike, as pixels are. Directions beyond count as alike in all classes. All is
chosen by the leave-one-out log-likelihood of the levels, each time at the sharpness where it is largest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats, Moments
from symcat.models.conditional.left_out import ByLevel, Gaussians, sharpness

Batch = tuple[Floats, NDArray[np.intp], Floats]
"""Rows of the predictors (m, p), the places of their levels (m,), and what each counts (m,)."""
Batches = Callable[[], Iterable[Batch]]

MOST_AXES = 64
RANKS = (64, 45, 32, 23, 16, 11, 8)
"""Numbers of axes that are tried beside all of them."""
_FEW = 8  # predictors, all of which are kept if that can be
_FIRST_ROWS = 2048  # by which coordinates are chosen
_SINGULAR = 1e-12  # share of the largest variance that is rounding


@dataclass(frozen=True)
class Chosen:
    """Axes (p, q) along which the pooled covariance within classes is the identity, and the classes there."""

    axes: Floats
    gaussians: Gaussians
    shrinkage: float
    sharpness: float
    log_likelihood: float  # of the levels of the rows that were looked at, each from all other rows
    scores: Floats  # (m, K) theirs, before they are sharpened


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
        for one, two in zip(first, second, strict=True):
            mean = one / count[:, None]
            covariance = two / count[:, None, None] - mean[:, :, None] * mean[:, None, :]
            found.append(ByLevel(count, mean, covariance))
    return found


def choose(of: Sequence[ByLevel], axes: Sequence[Floats], origin: Floats, sample: Batch, shrinkages: Floats) -> Chosen | None:
    """The best of the coordinates, ranks and shrinkages, by rows of the data; None where no covariance has an inverse.

    Raises nothing; ``sample`` holds rows in random order.
    """
    x, place, weight = sample
    few = np.unique(np.linspace(0, len(x) - 1, min(len(x), _FIRST_ROWS), dtype=np.intp))
    whole = [(x - origin) @ a for a in axes]
    best: tuple[float, int, int] | None = None
    offers = [(one, rank) for one, a in enumerate(axes) for rank in _ranks(a.shape, first=not one)]
    if len(offers) > 1:
        for one, rank in offers:
            found = _at(of[one], axes[one], rank, whole[one][few], place[few], weight[few], shrinkages)
            if found is None:
                continue
            if best is None or found.log_likelihood > best[0]:
                best = found.log_likelihood, one, rank
            if rank == len(axes[one]) <= _FEW:
                break
        if best is None:
            return None
        _, one, rank = best
    else:
        ((one, rank),) = offers
    return _at(of[one], axes[one], rank, whole[one], place, weight, shrinkages)


def _ranks(shape: tuple[int, ...], *, first: bool) -> list[int]:
    """Numbers of axes to be tried, the largest first; all of them are the same in any unit."""
    p, known = shape
    smaller = [rank for rank in (*RANKS, *(range(_FEW - 1, 0, -1) if p <= _FEW else ())) if rank < known]
    return list(dict.fromkeys([known] * (first or known < p) + smaller))


def _at(
    of: ByLevel,
    axes: Floats,
    rank: int,
    z: Floats,
    place: NDArray[np.intp],
    weight: Floats,
    shrinkages: Floats,
) -> Chosen | None:
    """The best of the shrinkages with the first axes; None where none has an inverse without any of the rows."""
    part = of.leading(rank)
    values, vectors = np.linalg.eigh(part.pooled)
    if not values[0] > _SINGULAR * values[-1]:
        return None
    turn = vectors / np.sqrt(values)
    gaussians = Gaussians.of_levels(part.turned(turn))
    every = gaussians.left_out(z[:, :rank] @ turn, place, shrinkages)
    best: Chosen | None = None
    for s, scores in zip(shrinkages.tolist(), every, strict=True):
        if np.isnan(scores).any():
            continue
        tau, likelihood = sharpness(scores, place, weight)
        if best is None or likelihood > best.log_likelihood:
            best = Chosen(axes[:, :rank] @ turn, gaussians, s, tau, likelihood, scores)
    return best
