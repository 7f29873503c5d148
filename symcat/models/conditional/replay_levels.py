"""Data checks of the classes of a categorical target that a user can repeat."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from symcat.models.base import Floats
from symcat.models.conditional import softmax
from symcat.models.conditional.left_out import ByLevel, Gaussians
from symcat.models.family import Replay

_BOUND = 1e-8
_DISTINCT, _LEVELS = 60, 3  # rows of predictors


def coefficients(points: int, rng: np.random.Generator) -> Iterator[Replay]:
    """Random predictors, each row with all levels in the shares that random coefficients say: the maximum of the
    likelihood of such a population is at these."""
    worst = 0.0
    for _ in range(points):
        design = np.column_stack([np.ones(_DISTINCT), rng.normal(size=(_DISTINCT, 3))])
        truth = rng.normal(scale=0.7, size=(_LEVELS - 1, 4))
        shares = np.exp(softmax.log_shares(design, truth))
        population = softmax.Levels(design, shares * rng.uniform(0.5, 1.5, (_DISTINCT, 1)) * 1e4)
        found = softmax.newton(population, np.zeros_like(truth), softmax.MOST_STEPS)
        worst = max(worst, float(np.abs(found.beta - truth).max()))
    yield Replay("coefficients from a population with known shares", points, worst, _BOUND)


def left_out(points: int, rng: np.random.Generator, shrinkages: Floats) -> Iterator[Replay]:
    """Random rows of three levels: what the closed formula says of each row, against a fit without it."""
    worst = 0.0
    for _ in range(points):
        place = np.repeat(np.arange(_LEVELS), [9, 12, 20])
        rows = rng.normal(size=(len(place), 3)) + place[:, None] * rng.normal(size=3)
        of = by_level(rows, place)
        values, vectors = np.linalg.eigh(of.pooled)
        turn = vectors / np.sqrt(values)
        square, height = Gaussians.of_levels(of.turned(turn)).left_out(rows @ turn, place, shrinkages)
        lost = float(np.log(np.abs(np.linalg.det(turn))))
        left = int(rng.integers(len(place)))
        others = np.arange(len(place)) != left
        for at, shrinkage in enumerate(shrinkages.tolist()):
            own = _by_hand(by_level(rows[others], place[others]), rows[left], shrinkage)
            found = height[at, left] + lost - 0.5 * square[at, left]
            worst = max(worst, float((np.abs(found - own) / (1.0 + np.abs(own))).max()))
    yield Replay("densities of rows left out, against fits without them", points, worst, _BOUND)


def by_level(rows: Floats, place: NDArray[np.intp]) -> ByLevel:
    """Averages of the rows (m, q) of each level."""
    count = np.bincount(place, minlength=_LEVELS).astype(np.float64)
    mean = np.array([rows[place == k].mean(axis=0) for k in range(_LEVELS)])
    covariance = np.array([np.cov(rows[place == k].T, bias=True) for k in range(_LEVELS)])
    return ByLevel(count, mean, covariance)


def _by_hand(of: ByLevel, row: Floats, shrinkage: float) -> Floats:
    """(K,) log of share times density of a row, but for a constant."""
    out: Floats = np.log(of.count / of.count.sum())
    for k in range(_LEVELS):
        covariance = (1.0 - shrinkage) * of.covariance[k] + shrinkage * of.pooled
        away = row - of.mean[k]
        out[k] -= 0.5 * (away @ np.linalg.solve(covariance, away) + np.linalg.slogdet(covariance)[1])
    return out
