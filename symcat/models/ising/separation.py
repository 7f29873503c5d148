"""Data that a combination of couplings separates: no pair of values is missing, and yet there is no finite maximum.

The averages lie on the boundary of their hull exactly if some energy is lowest, and equal, at all rows of the data and
nowhere lower. A linear program finds it, its constraints added as the states that break them are found.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from symcat.models.ising import hypercube

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_TOLERANCE = 1e-7
_MOST_ROUNDS = 60
_ADDED = 256  # states a round adds
_MOST_SHOWN = 6


def separating(dimension: int, masks: Integers, target: Floats, *, strictly: bool = False) -> Floats | None:
    """(K,) couplings that give no state more than the averages ``target`` (K,); None if there are none such.

    ``strictly``: less, so that no table has these averages.
    """
    from scipy.optimize import linprog

    sign = hypercube.sign_of(masks)
    size = 1 << dimension
    # The couplings, and by how much the averages exceed every state.
    cost = np.append(np.zeros_like(target), -1.0) if strictly else np.append(-target, 0.0)
    bounds = [(-1.0, 1.0)] * len(target) + [(0.0, None if strictly else 0.0)]
    chosen = np.unique(np.linspace(0, size - 1, min(size, _ADDED), dtype=np.int64))
    for _ in range(_MOST_ROUNDS):
        statistics = sign * (1.0 - 2.0 * (np.bitwise_count(chosen[:, None] & masks[None, :]) & 1))
        less = np.column_stack([statistics - target, np.ones(len(chosen))])
        found = linprog(cost, A_ub=less, b_ub=np.zeros(len(chosen)), bounds=bounds)
        if not found.success or -found.fun < _TOLERANCE:
            return None
        direction: Floats = found.x[:-1]
        excess = hypercube.energies(dimension, masks, direction[None])[0] - direction @ target + found.x[-1]
        worst = np.argsort(-excess)[:_ADDED]
        broken = worst[excess[worst] > _TOLERANCE]
        if not len(broken):
            return direction
        chosen = np.union1d(chosen, broken)
    return None


def in_words(dimension: int, masks: Integers, target: Floats, columns: Sequence[str]) -> str:
    """Which columns, and which of their combinations never occur; empty if the search found none."""
    direction = separating(dimension, masks, target)
    if direction is None:
        return ""
    outside = separating(dimension, masks, target, strictly=True)
    if outside is not None:
        named = ", ".join(columns[j] for j in _involved(dimension, masks, outside))
        return f"no table of two-valued columns has these averages: those of {named} contradict each other"
    involved = _involved(dimension, masks, direction)
    energy = hypercube.energies(dimension, masks, direction[None])[0] - direction @ target
    shut = np.flatnonzero(energy < -1e-6)
    patterns = np.unique((shut[:, None] >> np.array(involved)) & 1, axis=0)
    possible = np.unique((np.flatnonzero(energy >= -1e-6)[:, None] >> np.array(involved)) & 1, axis=0)
    never = [p for p in patterns if not (possible == p).all(axis=1).any()]
    shown = ", ".join("(" + ", ".join("+1" if bit else "-1" for bit in p) + ")" for p in never[:_MOST_SHOWN])
    more = f" and {len(never) - _MOST_SHOWN} more" if len(never) > _MOST_SHOWN else ""
    return f"the columns {', '.join(columns[j] for j in involved)} never take the values {shown}{more} together"


def _involved(dimension: int, masks: Integers, direction: Floats) -> list[int]:
    """The columns of the couplings that are not zero."""
    return [j for j in range(dimension) if (np.abs(direction[(masks >> j) & 1 == 1]) > 1e-6).any()]
