"""Does the law of some columns, given others, move with these as a group moves them? Images of a table for the test.

Let a group act on x, and on y alike or not at all. With x = g r, g drawn among all elements that take the
representative r to x, the law of y given x is equivariant exactly if ``g^-1 y`` is independent of g given r (Chiu,
Sharp & Bloem-Reddy 2024, arXiv 2412.14391). So among rows with the same r the parts ``g^-1 y`` may change places, each
then moved by the g of its new row, whatever the laws of x and of y are: the test is exact where such rows are found.
Where r is continuous, those of few rows that lie near each other count as alike, and it is approximate.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.symmetry.departures import Departures
from symcat.symmetry.orienting import Orient
from symcat.symmetry.randomization import Effort, Orbits

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

ALIKE = 8
"""Rows at most among which parts change places."""
_IMAGES = Effort().images
_SAME = 1e-9  # of the largest invariant
_AT_ONCE = 4_000_000


def orbits(
    x: Floats,
    y: Floats,
    orient: Orient,
    unchanged: Callable[[Floats], Floats],
    departures: Departures,
    rng: np.random.Generator,
    *,
    moves: bool,
) -> tuple[Orbits, bool]:
    """Of rows (x, y) with (n, d) and (n, e), and whether all rows that change places have the same invariants.

    ``departures`` are of d + e columns. ``moves`` says whether the group acts on y, of as many columns, as on x.
    """
    bins, same = alike(unchanged(x))
    n, d = x.shape
    labels = np.empty(n, dtype=np.intp)
    for k, chosen in enumerate(bins):
        labels[chosen] = k
    images = np.empty((_IMAGES + 1, n, y.shape[1]))
    images[0] = y
    by_bin = np.argsort(labels, kind="stable")
    for k in range(1, _IMAGES + 1):
        clock.check()
        # Random keys sorted within each bin: a uniform order of every bin at once.
        source = np.empty(n, dtype=np.intp)
        source[by_bin] = np.lexsort(np.stack([rng.random(n), labels]))
        images[k] = y[source]
        if moves:
            inner = np.einsum("nji,nj->ni", np.linalg.inv(orient(x, rng)).transpose(0, 2, 1), y)
            images[k] = np.einsum("nij,nj->ni", orient(x, rng), inner[source])
    standard = np.concatenate([_spread(x), _spread(images.reshape(-1, y.shape[1]))])
    unit_of = labels // -(-len(bins) // Effort().units)
    order = np.argsort(unit_of, kind="stable")
    centred = np.zeros((int(unit_of.max()) + 1, _IMAGES + 1, departures.count))
    step = max(1, _AT_ONCE // ((_IMAGES + 1) * departures.count))
    for start in range(0, n, step):
        clock.check()
        some = order[start : start + step]
        both = np.concatenate([np.broadcast_to(x[some], (_IMAGES + 1, len(some), d)), images[:, some]], axis=2)
        z = (both / standard).reshape(-1, both.shape[2])
        values = departures.values(z).reshape(_IMAGES + 1, len(some), -1)
        values -= values.mean(axis=0)
        first = np.flatnonzero(np.diff(unit_of[some], prepend=-1))
        centred[unit_of[some][first]] += np.add.reduceat(values, first, axis=1).swapaxes(0, 1)
    found = Orbits(centred, standard, n)
    found.centred[..., found.variances == 0.0] = 0.0  # functions of x alone
    return found, same


def alike(invariants: Floats) -> tuple[list[Places], bool]:
    """Places of rows in bins of at most ``ALIKE``, and whether the invariants (n, k) are the same in each.

    Those that are equal share a bin where most rows have an equal; else rows that lie near each other, by halving along
    the coordinate that varies most.
    """
    size = float(np.abs(invariants).max(initial=0.0))
    rounded = np.round(invariants / max(size * _SAME, np.finfo(float).tiny))
    _, group, times = np.unique(rounded, axis=0, return_inverse=True, return_counts=True)
    if 2 * len(times) <= len(invariants):
        order = np.argsort(group.reshape(-1), kind="stable")
        parts = np.split(order, np.cumsum(times)[:-1])
        return [piece for part in parts for piece in np.array_split(part, -(-len(part) // ALIKE))], True
    out: list[Places] = []
    waiting = [np.arange(len(invariants), dtype=np.intp)]
    while waiting:
        part = waiting.pop()
        if len(part) <= ALIKE:
            out.append(part)
            continue
        widest = int(np.ptp(invariants[part], axis=0).argmax())
        part = part[np.argsort(invariants[part, widest], kind="stable")]
        waiting += [part[: len(part) // 2], part[len(part) // 2 :]]
    return out, False


def _spread(values: Floats) -> Floats:
    spread = values.std(axis=0)
    return np.where(spread > 0.0, spread, 1.0)
