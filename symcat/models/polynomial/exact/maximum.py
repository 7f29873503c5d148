"""The maximum of the likelihood on the whole space, or why there is none: grids are moved until one holds it.

Where F turns down beyond the data a grid is cut if the hill is high enough not to matter (``hills``); behind a lower
one the fit would live on the box. Then a grid twice as fine along each column, and a wider box, must agree. A grid that
may be replaced is searched roughly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.models.polynomial.exact import words
from symcat.models.polynomial.exact.ends import ends_of, looked_beyond, lowest_hill_of, moved
from symcat.models.polynomial.exact.grid import Grid
from symcat.models.polynomial.exact.hills import scarce_well
from symcat.models.polynomial.exact.newton import ENOUGH, STEPS, Dual, Problem, search
from symcat.models.polynomial.exact.rays import barrier_of
from symcat.models.relaxation import Refusal

Floats = NDArray[np.float64]

AGREEMENT = 0.01
"""Nats in all by which a finer grid and a wider box may differ."""
MET = 1e-8
"""Standard deviations of the model by which an average may be missed."""
AT_THE_EDGE = 1e-8
"""Of the mass, at most, in the outermost layers of the grid."""

_POINTS = {1: 201, 2: 61, 3: 41, 4: 25}
_MOST = {1: 25_000, 2: 800, 3: 110, 4: 42}
"""Points along each column, at first and at most, by number of columns."""
_BEFORE = {3: 0.5, 4: 0.6}
"""Of the first points along each column, on which a start is looked for, by number of columns."""
_NEAR = 1e-3
"""Newton's decrement at which a grid can be judged."""
_LOST = 1.0  # Newton's decrement, of a search that has come nowhere
_PAD = 0.3  # of the range of the data, on each side
_LEAST = 5.0  # standard deviations, on each side
_FARTHEST = 8.0  # times as far as the first grid
_FINER = 1.3
_SECOND_LOOKS = 2  # at an end where F turns down: a box that is too narrow makes it do so
_WIDEST = 0.8  # standard deviations between points that can tell what lies farther out
_ROUNDS = 40
_MOST_SHARE = 0.4
"""Along each column, of the point with the largest; more is too coarse to look at anything else."""


@dataclass(frozen=True)
class Maximum:
    """The couplings with what they imply, on the last grid, and the least barrier where F falls again beyond it."""

    dual: Dual
    grid: Grid
    barrier: float


def maximum(problem: Problem, count: float, lo: Floats, hi: Floats, word: str) -> Maximum | Refusal:
    """The maximum for averages of standardised columns over ``count`` rows that lie between ``lo`` and ``hi`` (d,).

    ``word`` names such a polynomial in a refusal.
    """
    terms = problem.terms
    d, real = len(terms.real), np.isin(np.arange(terms.dimension), terms.real)
    pad, most = _PAD * (hi - lo), _MOST[d] ** d * 2 ** len(terms.two_valued)
    first = Grid(
        np.where(real, np.minimum(lo - pad, -_LEAST), -1.0),
        np.where(real, np.maximum(hi + pad, _LEAST), 1.0),
        tuple(np.where(real, _POINTS[d], 2).tolist()),
        terms,
    )
    gaussian = _gaussian(problem)
    grid, theta, enough = first, _start(problem, first, gaussian), _NEAR
    looks, cut = 0, None
    why = words.too_fine(word, _MOST[d] ** d, several=d > 1)
    for _ in range(_ROUNDS):
        clock.check()
        if grid.size > most:
            return why
        found = _resolved(problem, grid, theta, enough)
        if found is None and theta is not gaussian:  # on a wider grid all of it may lie elsewhere
            found = _resolved(problem, grid, _climbed(problem, grid, gaussian, terms.degree - 2), enough)
        if found is None and looks:
            return why
        if found is None:
            grid = _with_more_points(grid, real)
            continue
        theta = found.theta
        ends = ends_of(grid, found.summed.weighed, lo, hi, cut)
        coarse = np.zeros(terms.dimension, dtype=bool)
        coarse[real] = [not _is_fine(grid, found, j, AGREEMENT / (d * count)) for j in terms.real]
        low, next_grid = any(end.decides for pair in ends for end in pair), moved(grid, ends)
        if enough > ENOUGH and (low or (next_grid is None and not coarse.any())):
            enough = ENOUGH  # it will be this grid or none
            continue
        enough = _NEAR
        if low:
            looks += 1
            why = words.hill(word, lowest_hill_of(grid, theta, found.summed.weighed, ends))
            if looks > _SECOND_LOOKS:
                return why
            ends = looked_beyond(grid, ends)
            next_grid = moved(grid, ends)
            if next_grid is not None and next_grid.spacing > _WIDEST:
                return why
        if next_grid is not None:
            grid, cut = next_grid, ends
            if (grid.lo < _FARTHEST * first.lo).any() or (grid.hi > _FARTHEST * first.hi).any():
                return words.never_ends(word, _farthest(grid))
        elif coarse.any():
            grid = _with_more_points(grid, coarse)
        else:
            return _accepted(problem, count, grid, found, word)
    return why


def _resolved(problem: Problem, grid: Grid, theta: Floats, enough: float) -> Dual | None:
    """The couplings on a grid, from ``theta``, unless it is too coarse to look at anything else."""
    found = search(problem, grid, theta, STEPS, enough)
    if found is None or found.largest_share > _MOST_SHARE ** len(problem.terms.real) or found.decrement > _LOST:
        return None
    return found


def _start(problem: Problem, first: Grid, gaussian: Floats) -> Floats:
    """(M,) couplings at which the first grid is searched: of many columns those of a coarser one, if better."""
    d, degree = len(problem.terms.real), problem.terms.degree
    if d in _BEFORE:
        points = [int(_BEFORE[d] * m) + 1 if j in problem.terms.real else m for j, m in enumerate(first.points)]
        coarser = replace(first, points=tuple(points))
        theta = _climbed(problem, coarser, gaussian, degree)
    else:
        theta = _climbed(problem, first, gaussian, degree - 2)
    here, there = (problem.value(first.weighed(one), one) for one in (gaussian, theta))
    return theta if there < here else gaussian


def _climbed(problem: Problem, grid: Grid, gaussian: Floats, degree: int) -> Floats:
    """(M,) couplings to a degree, roughly, from those of lower ones, which are soon found; else the Gaussian's."""
    theta, order = gaussian, problem.terms.exponents.sum(axis=1)
    for highest in range(4, degree + 1, 2):
        lower = problem.statistics[(problem.statistics[:, order > highest] == 0.0).all(axis=1)]
        found = _resolved(replace(problem, statistics=lower), grid, theta, _NEAR)
        if found is None:
            return gaussian
        theta = found.theta
    return theta


def _with_more_points(grid: Grid, along: NDArray[np.bool_]) -> Grid:
    """A finer one along some columns."""
    return replace(
        grid, points=tuple(int(_FINER * m) if finer else m for m, finer in zip(grid.points, along, strict=True))
    )


def _farthest(grid: Grid) -> float:
    """How far a grid reaches, in standard deviations."""
    return float(np.maximum(-grid.lo, grid.hi).max())


def _accepted(problem: Problem, count: float, grid: Grid, found: Dual, word: str) -> Maximum | Refusal:
    """The answer, if its averages are those asked for, nothing lies at the edge and a wider box agrees."""
    if not found.residual < MET:
        return words.missed(word, found.residual)
    edge = _edge(found, grid.terms.real)
    if not edge < AT_THE_EDGE:
        return words.at_the_edge(word, edge, _farthest(grid))
    for j in grid.terms.real:
        weighed = found.summed.weighed
        scarce = scarce_well(grid.axes[j], grid.profile(weighed.energy, j), _layers(found, j), count)
        if scarce is not None:
            return words.scarce(word, *scarce, count)
    barrier = barrier_of(grid, found.theta, found.summed.weighed.lowest)
    changed = np.inf
    for share in (0.5 * _PAD, 0.15 * _PAD):  # the wider of the two may reach beyond a barrier
        clock.check()
        pad = np.zeros(grid.terms.dimension)
        pad[grid.terms.real] = share * (grid.hi - grid.lo)[grid.terms.real]
        points = tuple(int(np.ceil(m * (1.0 + 2.0 * share))) if p else m for m, p in zip(grid.points, pad, strict=True))
        wider = problem.at(Grid(grid.lo - pad, grid.hi + pad, points, grid.terms), found.theta)
        if wider is not None:
            changed = count * (abs(wider.value - found.value) + 0.5 * wider.decrement**2)
        if changed < AGREEMENT or barrier == np.inf:
            break
    if not changed < AGREEMENT:
        return words.moved_by(word, changed)
    return Maximum(found, grid, barrier)


def _gaussian(problem: Problem) -> Floats:
    """(M,) couplings of the Gaussian nearest to the standard one that the statistics can express."""
    order = problem.terms.exponents.sum(axis=1)
    standard = np.where((problem.terms.exponents.max(axis=1) == 2) & (order == 2), 0.5, 0.0)
    quadratic = problem.statistics[(problem.statistics[:, order != 2] == 0.0).all(axis=1)]
    nearest: Floats = quadratic.T @ np.linalg.lstsq(quadratic.T, standard, rcond=None)[0]
    return nearest


def _is_fine(grid: Grid, found: Dual, j: int, most: float) -> bool:
    """Whether twice as many points along a column change log Z by less than ``most``: those between, with the others.

    If every second one of the points alone does, so do these.
    """
    layers = _layers(found, j)
    halves = 2.0 * np.array([layers[k::2].sum() for k in (0, 1)])
    if (np.abs(np.log(halves)) < most).all():
        return True
    half = np.zeros(grid.terms.dimension)
    half[j] = 0.5 * (grid.axes[j][1] - grid.axes[j][0])
    between = replace(grid, lo=grid.lo + half, hi=grid.hi + half).log_partition(found.theta)
    return abs(float(np.logaddexp(0.0, between - found.summed.log_partition) - np.log(2.0))) < most


def _edge(found: Dual, real: Sequence[int]) -> float:
    """The largest mass of two outermost layers of points, over the faces."""
    every = [_layers(found, j) for j in real]
    return float(max(max(layers[:2].sum(), layers[-2:].sum()) for layers in every))


def _layers(found: Dual, j: int) -> Floats:
    """The mass at each value of a column."""
    weight = found.summed.weighed.weight
    layers: Floats = weight.sum(axis=tuple(k for k in range(weight.ndim) if k != j))
    layers /= layers.sum()
    return layers
