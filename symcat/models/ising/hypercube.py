"""All 2^d states of d spins at once: the fast Walsh-Hadamard transform between couplings, energies and averages.

A set of columns is a bit mask; the character of mask a at state x is the product of the spins in a. State x has bit j
set where spin j is +1. One transform of the couplings gives the energies of all states, one of the probabilities gives
every average (Nguyen, Zecchina & Berg 2017, arXiv 1702.01522, section II; Bernasconi et al. on the transform itself).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LARGEST = 22
"""Columns whose states are enumerated: beyond, memory and time double with each."""

_ONE_THREAD = 1 << 18
"""Multiplications of a product up to which OpenBLAS does not share it among threads, which wait for each other where
other work keeps the processors busy: ten times the work on a machine of two."""
_WORTH_HALVES = 15  # columns
_FACTOR_BITS = 6  # products with Hadamard matrices of 64 rows run from cache at the speed of the processor


def too_many(columns: int) -> str:
    """Why there is no sum over the states of so many columns."""
    return f"{columns} two-valued columns are more than the {LARGEST} of which all states can be summed"


def pair_masks(dimension: int) -> Integers:
    """(d (d + 1) / 2,) the masks of single columns, then of the pairs (0, 1), (0, 2), ... in order."""
    singles = [1 << i for i in range(dimension)]
    pairs = [(1 << i) | (1 << j) for i, j in combinations(range(dimension), 2)]
    return np.array(singles + pairs, dtype=np.int64)


def mask_of(columns: Sequence[int]) -> int:
    """The bit mask of a set of columns."""
    return sum(1 << j for j in columns)


def sign_of(masks: Integers) -> Floats:
    """(K,) -1 for masks of an odd number of columns: the transform's characters call a set bit -1, spins call it +1."""
    return np.where(np.bitwise_count(masks) % 2 == 1, -1.0, 1.0)


@cache
def _hadamard(bits: int) -> Floats:
    matrix = np.ones((1, 1))
    for _ in range(bits):
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    matrix.setflags(write=False)
    return matrix


def transform(values: Floats) -> Floats:
    """(G, 2^d) the unnormalised Walsh-Hadamard transform of each row, as products with small Hadamard matrices."""
    groups, size = values.shape
    bits = size.bit_length() - 1
    out = values
    right = 1
    parts = -(-bits // _FACTOR_BITS)
    for part in range(parts):
        k = bits // parts + (part < bits % parts)
        h = _hadamard(k)
        together = max(1, _ONE_THREAD >> 2 * k)
        if right == 1:
            rows = out.size >> k
            out = out.reshape(-1, min(together, rows & -rows), 1 << k) @ h
        else:
            together = min(together, right)
            into = np.empty_like(out)
            shape = (-1, 1 << k, right // together, together)
            np.matmul(h, out.reshape(shape).swapaxes(1, 2), out=into.reshape(shape).swapaxes(1, 2))
            out = into
        out = out.reshape(-1)
        right <<= k
    return out.reshape(groups, size)


def energies(dimension: int, masks: Integers, theta: Floats) -> Floats:
    """(G, 2^d) minus the free energy, ``sum_a theta_a s_a``, of every state, for couplings (G, K) of the masks."""
    if dimension < _WORTH_HALVES:
        return transform(_spread(masks, theta * sign_of(masks), dimension))
    return _in_halves(dimension, masks, theta)


def _spread(masks: Integers, values: Floats, bits: int) -> Floats:
    """(G, 2^bits) the values (G, K) at their masks, zero elsewhere."""
    out = np.zeros((len(values), 1 << bits))
    out[:, masks] = values
    return out


def _in_halves(dimension: int, masks: Integers, theta: Floats) -> Floats:
    """The same as one product of small matrices: a state is one of the upper spins beside one of the lower.

    A coupling across is a character of the upper spins times one of the lower, which all couplings with the same upper
    spins share: of pairs there are as many as upper spins. The energies of either half alone are two more terms.
    """
    low = dimension // 2
    signed, within = theta * sign_of(masks), (1 << low) - 1
    lower, upper = masks & within, masks >> low
    alone, across = upper == 0, (upper != 0) & (lower != 0)
    shared, place = np.unique(upper[across], return_inverse=True)
    groups, terms = len(theta), len(shared) + 2
    of_lower = np.zeros((groups, terms, 1 << low))
    of_lower[:, place, lower[across]] = theta[:, across] * sign_of(lower[across])
    of_lower[:, -2, lower[alone]] = signed[:, alone]
    of_lower = transform(of_lower.reshape(-1, 1 << low)).reshape(of_lower.shape)
    of_lower[:, -1] = 1.0
    states = np.arange(1 << (dimension - low), dtype=np.int64)
    of_upper = np.ones((groups, len(states), terms))
    of_upper[:, :, :-2] = sign_of(states[:, None] & shared) * sign_of(shared)
    rest = ~(alone | across)
    of_upper[:, :, -1] = transform(_spread(upper[rest], signed[:, rest], dimension - low))
    together = 1 << max(0, (_ONE_THREAD // (terms << low)).bit_length() - 1)
    out: Floats = of_upper.reshape(groups, -1, min(together, len(states)), terms) @ of_lower[:, None]
    return out.reshape(groups, -1)


def averages(probabilities: Floats, masks: Integers) -> Floats:
    """``<s_a>`` for any array of masks, (G, *masks.shape), under probabilities (G, 2^d)."""
    return transform(probabilities)[:, masks] * sign_of(masks)


def normalised(minus_energy: Floats) -> tuple[Floats, Floats]:
    """Boltzmann probabilities (G, 2^d) of the energies, which are overwritten, and log Z (G,)."""
    top = minus_energy.max(axis=1)
    minus_energy -= top[:, None]
    weight = np.exp(minus_energy, out=minus_energy)
    z = weight.sum(axis=1)
    weight /= z[:, None]
    return weight, top + np.log(z)


def totals(probabilities: Floats) -> Floats:
    """(d + 1,) of the number of spins at +1, under probabilities (2^d,) of the states."""
    bits = len(probabilities).bit_length() - 1
    low = bits // 2
    # Of the lower spins by a product for each setting of the upper ones, and of these likewise.
    of_both = _counting(bits - low) @ (probabilities.reshape(-1, 1 << low) @ _counting(low).T)
    upper, lower = np.indices(of_both.shape)
    return np.bincount((upper + lower).ravel(), of_both.ravel(), bits + 1).astype(np.float64, copy=False)


@cache
def _counting(bits: int) -> Floats:
    """(bits + 1, 2^bits) one where a state has so many spins at +1."""
    up = np.bitwise_count(np.arange(1 << bits, dtype=np.uint32))
    out: Floats = (up == np.arange(bits + 1)[:, None]).astype(np.float64)
    return out


def entropy(probabilities: Floats) -> Floats:
    """(G,) ``- sum p log p`` in nats."""
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(probabilities > 0.0, probabilities * np.log(probabilities), 0.0)
    out: Floats = -terms.sum(axis=1)
    return out


def sample(probabilities: Floats, n: int, rng: np.random.Generator) -> Floats:
    """(n, d) independent rows of -1 and +1 with these probabilities (2^d,) of the states."""
    cumulative = np.cumsum(probabilities)
    codes = np.searchsorted(cumulative, rng.random(n) * cumulative[-1], side="right")
    bits = (codes[:, None] >> np.arange(len(probabilities).bit_length() - 1)) & 1
    rows: Floats = 2.0 * bits - 1.0
    return rows
