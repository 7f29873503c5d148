"""Replicas in chunks that run side by side: each has noise of its own, so that the number of cores changes nothing.

A chunk holds its states column by column, (d, L): what is done to one column of its replicas is one vector operation.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from symcat.analog import noise

Floats = NDArray[np.float64]


def store(states: NDArray[np.floating], reading: Floats) -> None:
    """The states (d, L) of a chunk as its rows (L, d) of a reading; compiled with the kernel that calls it."""
    for j in range(states.shape[0]):
        for r in range(states.shape[1]):
            reading[r, j] = states[j, r]


class Chunk:
    """Some of the replicas: their generators, and working rows that the kernels overwrite."""

    def __init__(self, rng: np.random.Generator, first: int, end: int) -> None:
        self.rows = slice(first, end)
        lanes = end - first
        self.state = noise.generators(rng, lanes)
        self.drawn = np.empty(lanes, dtype=np.uint32)
        self.work = np.empty(lanes, dtype=np.float32)


def chunks(rng: np.random.Generator, replicas: int) -> list[Chunk]:
    """Equally many replicas in each, as far as that goes."""
    number = -(-replicas // noise.LANES)
    edges = [round(k * replicas / number) for k in range(number + 1)]
    return [Chunk(rng, a, b) for a, b in pairwise(edges)]
