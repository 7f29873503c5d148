"""The maximum of the likelihood on the whole space, or why there is none: where the grid ends, and whether it is fine.

A grid ends where F is ``ENDED`` above its minimum on every face. Where F turns down before that, beyond the data, it is
cut there if the barrier is at least ``BARRIER``: a Gaussian direction lies on the boundary of existence, so noise
decides whether the leading form is positive, and what lies behind such a barrier does not matter for the fit. Behind a
lower one the fit would live on the box. Then a grid twice as fine along each column, and a wider box, must agree.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.models.polynomial.exact.grid import Grid
from symcat.models.polynomial.exact.newton import Dual, Problem, search
from symcat.models.relaxation import Refusal

Floats = NDArray[np.float64]

ENDED, BARRIER = 46.0, 30.0
"""Nats above the minimum of F."""
AGREEMENT = 0.01
"""Nats in all by which a finer grid and a wider box may differ."""
MET = 1e-8
"""Standard deviations of the model by which an average may be missed."""
AT_THE_EDGE = 1e-8
"""Of the mass, at most, in the outermost layers of the grid."""

_POINTS = {1: 201, 2: 61, 3: 41, 4: 25}
_MOST = {1: 25_000, 2: 800, 3: 110, 4: 42}
"""Points along each column, at first and at most, by number of columns."""
_PAD = 0.3  # of the range of the data, on each side
_LEAST = 5.0  # standard deviations, on each side
_FARTHEST = 8.0  # times as far as the first grid
_WIDER, _FINER = 0.35, 1.3
_SECOND_LOOKS = 2  # at an end where F turns down: a box that is too narrow makes it do so
_ROUNDS = 40
_MOST_SHARE = 0.4
"""Along each column, of the point with the largest; more is too coarse to look at anything else."""
_NARROW = "under-resolved: the density needs a finer grid than the"
_MUCH = 0.8  # of the width of a grid; less is worth a narrower one
_RAYS, _ON_A_RAY, _FAR = 1000, 300, 1e3


@dataclass(frozen=True)
class Maximum:
    """The couplings with what they imply, on the last grid, and the least barrier where F falls again beyond it."""

    dual: Dual
    grid: Grid
    barrier: float


@dataclass(frozen=True)
class _End:
    """What one end of a grid is to become; ``barrier`` is where F turns down, in nats."""

    at: float
    barrier: float | None = None
    wider: bool = False


def maximum(
    problem: Problem, count: float, lo: Floats, hi: Floats, word: str, start: Floats | None = None
) -> Maximum | Refusal:
    """The maximum for averages of standardised columns over ``count`` rows that lie between ``lo`` and ``hi`` (d,).

    ``word`` names such a polynomial in a refusal; ``start`` (M,) are couplings to begin at.
    """
    d = problem.terms.dimension
    theta = _gaussian(problem) if start is None else start
    pad = _PAD * (hi - lo)
    first = Grid(np.minimum(lo - pad, -_LEAST), np.maximum(hi + pad, _LEAST), (_POINTS[d],) * d, problem.terms)
    grid, looks, seen = first, 0, False
    why = _on_the_box(word, "no grid holds it")
    for _ in range(_ROUNDS):
        clock.check()
        if grid.size > _MOST[d] ** d:
            return why if looks else Refusal(f"{_NARROW} {_MOST[d] ** d:,} points that are summed over")
        found = search(problem, grid, theta)
        if found is None or found.largest_share > _MOST_SHARE**d:
            if seen:  # a wider grid, as fine, has all of it elsewhere
                return why
            grid = replace(grid, points=tuple(int(_FINER * m) + 1 for m in grid.points))
            continue
        theta, seen = found.theta, True
        ends = [_ends_along(grid, found, j, lo[j], hi[j]) for j in range(d)]
        barrier = min((end.barrier for pair in ends for end in pair if end.barrier is not None), default=np.inf)
        if barrier < BARRIER:
            looks += 1
            why = _on_the_box(word, f"F turns down outside the data, behind a barrier of {barrier:.2g} nats")
            if looks > _SECOND_LOOKS:
                return why
            ends = [
                (_looked_beyond(grid, low, j, -1.0), _looked_beyond(grid, high, j, 1.0))
                for j, (low, high) in enumerate(ends)
            ]
        moved = _moved(grid, ends)
        if moved is not None:
            grid = moved
            if (grid.lo < _FARTHEST * first.lo).any() or (grid.hi > _FARTHEST * first.hi).any():
                return _on_the_box(word, "its density ends on none")
            continue
        coarse = np.array([not _is_fine(grid, found, j, AGREEMENT / (d * count)) for j in range(d)])
        if coarse.any():
            factor = np.where(coarse, _FINER, 1.0)
            grid = replace(grid, points=tuple(int(f * m) for f, m in zip(factor, grid.points, strict=True)))
            continue
        return _accepted(problem, count, grid, found, word)
    return why


def _accepted(problem: Problem, count: float, grid: Grid, found: Dual, word: str) -> Maximum | Refusal:
    """The answer, if its averages are those asked for, nothing lies at the edge and a wider box agrees."""
    if not found.residual < MET:
        return Refusal(
            f"no {word} was found whose averages are those of the data: one is {found.residual:.2g} standard "
            "deviations off"
        )
    edge = _edge(found)
    if not edge < AT_THE_EDGE:
        return _on_the_box(word, f"{edge:.2g} of the mass lies at its edge")
    barrier = barrier_of(problem, grid, found)
    moved = np.inf
    for share in (0.5 * _PAD, 0.15 * _PAD):  # the wider of the two may reach beyond a barrier
        clock.check()
        pad = share * (grid.hi - grid.lo)
        points = tuple(int(np.ceil(m * (1.0 + 2.0 * share))) for m in grid.points)
        wider = problem.at(Grid(grid.lo - pad, grid.hi + pad, points, grid.terms), found.theta)
        if wider is not None:
            moved = count * (abs(wider.value - found.value) + 0.5 * wider.decrement**2)
        if moved < AGREEMENT or barrier == np.inf:
            break
    if not moved < AGREEMENT:
        return _on_the_box(word, f"a wider one moves the log-likelihood by {moved:.2g}")
    return Maximum(found, grid, barrier)


def _on_the_box(word: str, why: str) -> Refusal:
    return Refusal(f"no normalisable {word}: the fit lives on the box ({why})")


def _gaussian(problem: Problem) -> Floats:
    """(M,) couplings of the Gaussian nearest to the standard one that the statistics can express."""
    order = problem.terms.exponents.sum(axis=1)
    standard = np.where((problem.terms.exponents.max(axis=1) == 2) & (order == 2), 0.5, 0.0)
    quadratic = problem.statistics[(problem.statistics[:, order != 2] == 0.0).all(axis=1)]
    nearest: Floats = quadratic.T @ np.linalg.lstsq(quadratic.T, standard, rcond=None)[0]
    return nearest


def _ends_along(grid: Grid, found: Dual, j: int, lo: float, hi: float) -> tuple[_End, _End]:
    """What both ends along a column are to become; the data lie between lo and hi."""
    axis, profile = grid.axes[j], grid.profile(found.summed.energy, j)
    low = _end(-axis[::-1], profile[::-1], -lo)
    return replace(low, at=-low.at), _end(axis, profile, hi)


def _end(axis: Floats, profile: Floats, last: float) -> _End:
    """The upper end along a column, by the least F at each of its values; ``last`` is where the data end."""
    inside = (profile < ENDED) & (axis <= max(last, axis[int(profile.argmin())]))
    begin = int(np.flatnonzero(inside)[-1])
    over = np.flatnonzero(profile[begin:] >= ENDED)
    end = begin + int(over[0]) if over.size else len(axis) - 1
    rising = np.diff(profile[begin : end + 1]) >= 0.0
    # A well may reach beyond the data; another one beyond a hill is not of the data.
    first = int(rising.argmax()) if rising.any() else len(rising)
    falls = np.flatnonzero(~rising[first:])
    if falls.size:
        top = begin + first + int(falls[0])
        return _End(float(axis[top]), barrier=float(profile[top]))
    if over.size:
        return _End(float(axis[end]))
    return _End(float(axis[-1]) + _WIDER * float(axis[-1] - axis[0]), wider=True)


def _looked_beyond(grid: Grid, end: _End, j: int, side: float) -> _End:
    """An end at which F turns down behind a low barrier, farther out than the grid."""
    if end.barrier is None or end.barrier >= BARRIER:
        return end
    edge = grid.hi[j] if side > 0.0 else grid.lo[j]
    return _End(float(edge + side * _WIDER * (grid.hi[j] - grid.lo[j])), wider=True)


def _moved(grid: Grid, ends: list[tuple[_End, _End]]) -> Grid | None:
    """The grid with these ends, of few columns as fine where it is wider; None where it is so already."""
    lo = np.array([low.at for low, _ in ends])
    hi = np.array([high.at for _, high in ends])
    width, old = hi - lo, grid.hi - grid.lo
    beyond = any(end.barrier is not None for pair in ends for end in pair) and ((lo > grid.lo) | (hi < grid.hi)).any()
    if not (beyond or any(end.wider for pair in ends for end in pair) or (width < _MUCH * old).any()):
        return None
    finer = np.maximum(width / old, 1.0) if len(lo) < 3 else np.ones(len(lo))
    points = tuple(int(np.ceil(f * m)) for f, m in zip(finer, grid.points, strict=True))
    return replace(grid, lo=lo, hi=hi, points=points)


def _is_fine(grid: Grid, found: Dual, j: int, most: float) -> bool:
    """Whether twice as many points along a column change log Z by less than ``most``: those between, with the others.

    If every second one of the points alone does, so do these.
    """
    weight = np.exp(-found.summed.energy)
    layers = weight.sum(axis=tuple(k for k in range(weight.ndim) if k != j))
    halves = 2.0 * np.array([layers[k::2].sum() for k in (0, 1)]) / layers.sum()
    if (np.abs(np.log(halves)) < most).all():
        return True
    half = np.zeros(grid.terms.dimension)
    half[j] = 0.5 * (grid.axes[j][1] - grid.axes[j][0])
    between = replace(grid, lo=grid.lo + half, hi=grid.hi + half).log_partition(found.theta)
    return abs(float(np.logaddexp(0.0, between - found.summed.log_partition) - np.log(2.0))) < most


def _edge(found: Dual) -> float:
    """The largest mass of two outermost layers of points, over the faces."""
    weight = np.exp(-found.summed.energy)
    total, worst = weight.sum(), 0.0
    for j in range(weight.ndim):
        layers = weight.sum(axis=tuple(k for k in range(weight.ndim) if k != j))
        worst = max(worst, layers[:2].sum(), layers[-2:].sum())
    return float(worst / total)


def barrier_of(problem: Problem, grid: Grid, found: Dual) -> float:
    """The height of F, above its minimum, before it falls on the ray where that is least; infinite where on none.

    Rays go from the mean of the data through the faces of the grid.
    """
    terms = problem.terms
    d, degree = terms.dimension, terms.degree
    unit = np.concatenate([np.eye(d), np.random.default_rng(0).normal(size=(_RAYS * (d > 1), d))])
    unit = np.concatenate([unit, -unit]) / np.tile(np.linalg.norm(unit, axis=1), 2)[:, None]
    values, order = terms.values(unit) * found.theta, terms.exponents.sum(axis=1)
    coefficients = np.stack([values[:, order == k].sum(axis=1) for k in range(degree + 1)])
    with np.errstate(divide="ignore"):
        leaves = np.where(unit > 0.0, grid.hi / unit, np.where(unit < 0.0, grid.lo / unit, np.inf)).min(axis=1)
    distance = leaves * np.geomspace(1.0, _FAR, _ON_A_RAY)[:, None]
    along = np.zeros_like(distance)
    for coefficient in coefficients[::-1]:
        along = along * distance + coefficient
    falls = np.diff(along, axis=0) < 0.0
    some = falls.any(axis=0)
    if not some.any():
        return np.inf
    top = along[falls.argmax(axis=0), np.arange(along.shape[1])][some].min()
    return float(top - grid.energy(found.theta).min())
