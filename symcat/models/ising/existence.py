"""Where the likelihood of spins has no finite maximum: values, or pairs of values, that never occur.

An exponential family has a maximum if and only if the averages lie inside the hull of those of the single states
(Barndorff-Nielsen 1978, theorem 9.13). Every cell of a pair's 2 x 2 table is a facet of that hull, and the averages say
exactly how many rows it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Cell = tuple[int, int, int, int]
"""Columns i < j and the values they never take together."""

_UNCOUNTED = 1e-12  # share of rows that counts as none where the number of rows is not known
_MOST_NAMED = 24
_BAND = 256  # columns whose pairs with all others are looked at together


@dataclass(frozen=True)
class Empty:
    """What never occurs in one table."""

    constant: dict[int, int]  # column -> its only value
    cells: tuple[Cell, ...]  # beyond what constant columns imply


def least(count: Floats) -> Floats:
    """(G,) the share of rows below which a cell is empty: half a row."""
    return np.where(np.isnan(count), _UNCOUNTED, 0.5 / np.maximum(count, 1.0))


def shares(mean: Floats, pair: Floats, a: int, b: int) -> Floats:
    """(G, d, d) share of rows in which column i is ``a`` and column j is ``b``, from means and pair averages."""
    out: Floats = 0.25 * (1.0 + a * mean[:, :, None] + b * mean[:, None, :] + a * b * pair)
    return out


def constant(mean: Floats, count: Floats) -> NDArray[np.bool_]:
    """(G, d) whether a column has one value only."""
    out: NDArray[np.bool_] = 0.5 * (1.0 - np.abs(mean)) < least(count)[:, None]
    return out


def unpaired(mean: Floats, pair: Floats, count: Floats) -> NDArray[np.bool_]:
    """(G, d, d) whether two columns lack one of the four combinations of their values; False on the diagonal."""
    smallest = np.minimum.reduce([shares(mean, pair, a, b) for a in (-1, 1) for b in (-1, 1)])
    out: NDArray[np.bool_] = smallest < least(count)[:, None, None]
    d = mean.shape[1]
    out[:, np.arange(d), np.arange(d)] = False
    return out


def impossible(mean: Floats, pair: Floats) -> NDArray[np.bool_]:
    """(G,) whether no table at all has these averages: a share of rows would be negative."""
    slack = -1e-9
    bad = ~np.isfinite(mean).all(axis=1)
    for start in range(0, mean.shape[1], _BAND):  # in bands of rows: of many columns the shares are never all held
        band = slice(start, start + _BAND)
        m, n, q = mean[:, band, None], mean[:, None, :], pair[:, band]
        for a in (-1, 1):
            for b in (-1, 1):
                bad |= (0.25 * (1.0 + a * m + b * n + a * b * q) < slack).any(axis=(1, 2))
        bad |= ~np.isfinite(q).all(axis=(1, 2))
    return np.asarray(bad)


def empty(mean: Floats, pair: Floats, count: Floats) -> Empty:
    """What never occurs in a batch of one."""
    fixed = {int(i): int(np.sign(mean[0, i])) for i in np.flatnonzero(constant(mean, count)[0])}
    threshold = least(count)[0]
    cells = []
    for a in (-1, 1):
        for b in (-1, 1):
            share = shares(mean, pair, a, b)[0]
            cells += [
                (int(i), int(j), a, b)
                for i, j in zip(*np.nonzero(np.triu(share < threshold, 1)), strict=True)
                if i not in fixed and j not in fixed
            ]
    return Empty(fixed, tuple(sorted(cells)))


def in_words(found: Empty, columns: Sequence[str]) -> str:
    """Which columns and pairs, with the values as spins; empty if there are none."""
    parts = []
    if found.constant:
        named = ", ".join(f"{columns[i]!r} is always {value:+d}" for i, value in found.constant.items())
        parts.append(f"column {named}")
    kinds: dict[frozenset[tuple[int, int]], str] = {
        frozenset({(1, 1), (-1, -1)}): "always unlike",
        frozenset({(1, -1), (-1, 1)}): "always alike",
        frozenset({(1, 1)}): "never both +1",
        frozenset({(-1, -1)}): "never both -1",
        frozenset({(1, -1)}): "never +1 and -1, in this order",
        frozenset({(-1, 1)}): "never -1 and +1, in this order",
    }
    lacking: dict[tuple[int, int], set[tuple[int, int]]] = {}
    for i, j, a, b in found.cells:
        lacking.setdefault((i, j), set()).add((a, b))
    for cells, said in kinds.items():
        pairs = [(columns[i], columns[j]) for (i, j), own in lacking.items() if own == cells]
        if pairs:
            named = ", ".join(f"({i}, {j})" for i, j in pairs[:_MOST_NAMED])
            more = f" and {len(pairs) - _MOST_NAMED} more" if len(pairs) > _MOST_NAMED else ""
            parts.append(f"{len(pairs)} pair{'s' * (len(pairs) > 1)} {said}: {named}{more}")
    return "; ".join(parts)


def allowed_states(found: Empty, dimension: int) -> NDArray[np.bool_]:
    """(2^d,) the states in which nothing occurs that never does."""
    codes = np.arange(1 << dimension)
    allowed = np.ones(1 << dimension, dtype=bool)

    def at(column: int, value: int) -> NDArray[np.bool_]:
        out: NDArray[np.bool_] = ((codes >> column) & 1) == (value > 0)
        return out

    for column, value in found.constant.items():
        allowed &= at(column, value)
    for i, j, a, b in found.cells:
        allowed &= ~(at(i, a) & at(j, b))
    return allowed
