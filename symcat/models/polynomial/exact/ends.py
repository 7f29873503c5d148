"""Where a grid is to end: F is ``ENDED`` above its minimum there, or turns down behind a hill that does not matter."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from symcat.models.polynomial.exact.grid import Grid, Weighed
from symcat.models.polynomial.exact.hills import BARRIER, Hill, well_beyond
from symcat.models.polynomial.exact.rays import on_ray

Floats = NDArray[np.float64]

ENDED = 46.0
"""Nats above the minimum of F."""

_WIDER = 0.35  # of the width of a grid
_MUCH = 0.8  # of the width of a grid; less is worth a narrower one


@dataclass(frozen=True)
class End:
    """What one end of a grid is to become.

    Where F turns down: at which point of the column, how many nats high. ``wider`` says that nothing has ended yet.
    """

    at: float
    top: int | None = None
    barrier: float = np.inf
    wider: bool = False

    @property
    def decides(self) -> bool:
        """Whether the fit depends on what lies behind the hill."""
        return self.barrier < BARRIER

    @property
    def cut(self) -> bool:
        """Whether the grid is to end on the hill."""
        return self.top is not None and not self.wider


Ends = tuple[tuple[End, End], ...]
"""The lower and the upper one along each column."""


def ends_of(grid: Grid, weighed: Weighed, lo: Floats, hi: Floats, cut: Ends | None) -> Ends:
    """What the ends of a grid are to become, by F at its points; the data lie between ``lo`` and ``hi`` (d,).

    ``cut`` are those to which it owes its present ones.
    """
    out = []
    for j, axis in enumerate(grid.axes):
        if j in grid.terms.two_valued:
            out.append((End(axis[0]), End(axis[1])))
            continue
        profile = grid.profile(weighed.energy, j)
        on_hill = (False, False) if cut is None else tuple(end.cut for end in cut[j])
        low = _end(-axis[::-1], profile[::-1], -lo[j], on_hill[0])
        top = None if low.top is None else len(axis) - 1 - low.top
        out.append((replace(low, at=-low.at, top=top), _end(axis, profile, hi[j], on_hill[1])))
    return tuple(out)


def _end(axis: Floats, profile: Floats, last: float, on_hill: bool) -> End:
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
        return End(float(axis[top]), top, float(profile[top]))
    if over.size:
        return End(float(axis[end]))
    height = float(profile[-1])
    if on_hill and height >= BARRIER:
        return End(float(axis[-1]))
    beyond = float(axis[-1]) + _WIDER * float(axis[-1] - axis[0])
    if on_hill:  # cut there, the fit is another
        return End(beyond, len(axis) - 1, height, wider=True)
    if rising.any() or begin == 0:
        return End(beyond, wider=True)
    falling = np.flatnonzero(np.diff(profile[: begin + 1]) >= 0.0)
    top = int(falling[-1]) + 1 if falling.size else 0
    # From a hill among the data F falls to the edge.
    return End(beyond, top, float(profile[top]), wider=True) if top else End(beyond, wider=True)


def looked_beyond(grid: Grid, ends: Ends) -> Ends:
    """Ends behind low hills farther out than the grid: a box that is too narrow makes F turn down."""

    def farther(end: End, edge: float, out: float) -> End:
        return replace(end, at=edge + out, wider=True) if end.decides else end

    by = _WIDER * (grid.hi - grid.lo)
    return tuple(
        (farther(low, grid.lo[j], -by[j]), farther(high, grid.hi[j], by[j])) for j, (low, high) in enumerate(ends)
    )


def moved(grid: Grid, ends: Ends) -> Grid | None:
    """The grid with these ends, of few columns as fine where it is wider; None where it is so already."""
    lo = np.array([low.at for low, _ in ends])
    hi = np.array([high.at for _, high in ends])
    width, old = hi - lo, grid.hi - grid.lo
    beyond = any(end.cut for pair in ends for end in pair) and ((lo > grid.lo) | (hi < grid.hi)).any()
    if not (beyond or any(end.wider for pair in ends for end in pair) or (width < _MUCH * old).any()):
        return None
    finer = np.maximum(width / old, 1.0) if len(grid.terms.real) < 3 else np.ones(len(lo))
    points = tuple(int(np.ceil(f * m)) for f, m in zip(finer, grid.points, strict=True))
    return replace(grid, lo=lo, hi=hi, points=points)


def lowest_hill_of(grid: Grid, theta: Floats, weighed: Weighed, ends: Ends) -> Hill:
    """The lowest hill at the ends, and what lies behind it: beyond the grid as on a ray from the mean.

    The lowest points for each value of a column lie on a curve through the others.
    """
    every = [(end.barrier, j, side, end.top) for j, pair in enumerate(ends) for side, end in enumerate(pair)]
    barrier, j, side, top = min(every, key=lambda one: one[0])
    assert top is not None
    energy = np.moveaxis(weighed.energy, j, 0)
    behind = np.arange(top, len(energy)) if side else np.arange(top, -1, -1)
    heights = energy[behind].reshape(len(behind), -1).min(axis=1)
    lowest = int(heights.argmin())
    hill, well = (_lowest_point(grid, energy, j, int(behind[k])) for k in (0, lowest))
    real = grid.terms.real
    distance, depth = float(np.linalg.norm(well[real])), float(heights[lowest])
    if lowest == len(behind) - 1:
        distance, depth = well_beyond(on_ray(*grid.terms.given(theta, well), well[real]), distance, weighed.lowest)
    return Hill(float(np.linalg.norm(hill[real])), barrier, distance, depth)


def _lowest_point(grid: Grid, energy: Floats, j: int, layer: int) -> Floats:
    """(d,) where F is least in a layer of column j, the first axis of ``energy``."""
    at = list(np.unravel_index(int(energy[layer].argmin()), energy[layer].shape))
    at.insert(j, np.intp(layer))
    return np.array([axis[k] for axis, k in zip(grid.axes, at, strict=True)])
