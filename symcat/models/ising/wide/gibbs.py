"""Heat-bath sampling of spins, many replicas at once, and how far its averages can be trusted.

One sweep updates every spin once, in order, from its law given the others, ``P(s_i = +1) = 1 / (1 + exp(-2 H_i))``,
``H_i = h_i + sum_j J_ij s_j`` (Glauber 1963). Half of the replicas start from random states, which know nothing of the
data; the other half all start from one state of low energy, where a system that mixes slowly stays. As long as the
halves disagree the chains have not forgotten their starts, and the averages are not those of the model.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.models.ising.couplings import pair_values

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

REPLICAS = 2048
"""Chains that run side by side."""

GROUPS = 32
"""Replicas run in this many groups, whose spread gives the errors; the first half of them starts at random."""

# Spins whose fields are had by one matrix product for each group: so small that no BLAS gives it to several threads,
# which gain little and, on a busy machine, wait for each other twenty times longer than they work.
_BLOCK = 16
_FIRST_EPOCH = 24  # sweeps
_MOST_SWEEPS = 3072
_MOST_DISAGREEMENT = 2.0  # mean squared difference of the halves, in units of its variance
_LEAST_LENGTH = 8.0  # correlation times that an epoch must hold


@dataclass(frozen=True)
class Averages:
    """Averages of a model re-estimated by sampling, each with its standard error.

    ``disagreement`` is the mean square of the difference of the two halves in units of its variance, near 1 at
    equilibrium; ``correlation_time`` is in sweeps. Both are of the means or of the pairs, whichever is worse.
    """

    mean: Floats  # (d,)
    pair: Floats  # (d, d), 1 on the diagonal
    mean_error: Floats
    pair_error: Floats
    variance: Floats  # (d (d + 1) / 2,) of the ``statistics``
    states: Floats  # (replicas, d) the last states
    sweeps: int
    measured: int  # of the sweeps, those averaged over
    disagreement: float
    correlation_time: float

    @property
    def equilibrated(self) -> bool:
        """Whether both halves agree and the run is long beside its correlation time."""
        return self.disagreement < _MOST_DISAGREEMENT and self.measured >= _LEAST_LENGTH * self.correlation_time


class Chains:
    """Parallel heat-bath chains of one model; ``states`` (groups, d, replicas of a group) holds +1 and -1."""

    def __init__(self, h: Floats, j: Floats, states: Singles, rng: np.random.Generator) -> None:
        self.h, self.j = h.astype(np.float32), j.astype(np.float32)
        self.states = states
        self.rng = rng

    def sweep(self, count: int = 1) -> None:
        """Update every spin of every replica ``count`` times."""
        states, one = self.states, np.float32(1.0)
        groups, d, size = states.shape
        moved = np.empty((groups, _BLOCK, size), np.float32)
        for _ in range(count):
            clock.check()
            for start in range(0, d, _BLOCK):
                stop = min(start + _BLOCK, d)
                excess = self.j[start:stop] @ states
                excess += self.h[start:stop, None]
                excess -= self._thresholds(excess.shape)
                for i in range(start, stop):
                    k = i - start
                    over = excess[:, k]
                    if k:
                        over += self.j[i, start:i] @ moved[:, :k]
                    new = np.copysign(one, over, out=over)
                    np.subtract(new, states[:, i], out=moved[:, k])
                    states[:, i] = new

    def _thresholds(self, shape: tuple[int, ...]) -> Singles:
        """Half logistic variables ``log(u / (1 - u)) / 2``: a spin is +1 where its field H exceeds its own."""
        bits = np.asarray(self.rng.bit_generator.random_raw(math.prod(shape) // 2)).view(np.uint32)
        bits >>= 9
        bits |= 1  # u is an odd multiple of 2^-23, never 0 or 1
        u = np.multiply(bits.reshape(shape), np.float32(2.0**-23), dtype=np.float32, casting="unsafe")
        rest = np.subtract(np.float32(1.0), u)
        u /= rest
        np.log(u, out=u)
        u *= np.float32(0.5)
        return u

    def minus_energy(self, h: Floats, j: Floats) -> Floats:
        """(R,) ``h . s + s J s / 2`` of every replica."""
        fields = (0.5 * j).astype(np.float32) @ self.states
        fields += h.astype(np.float32)[:, None]
        out: Floats = np.einsum("gir,gir->gr", fields, self.states, dtype=np.float64).ravel()
        return out

    @property
    def rows(self) -> Floats:
        """(R, d) the states of all replicas."""
        return self.states.transpose(0, 2, 1).reshape(-1, self.states.shape[1]).astype(np.float64)


def start(h: Floats, j: Floats, rng: np.random.Generator) -> Singles:
    """States of which the first half are random, and the second half one of low energy, found by quenching."""
    states = random_states(len(h), rng)
    cold = Chains(h, j, states[:1].copy(), rng)
    for strength in (1.0, 2.0, 4.0, 8.0, 16.0, 32.0):
        cold.h, cold.j = (strength * h).astype(np.float32), (strength * j).astype(np.float32)
        cold.sweep(4)
    best = int(np.argmax(cold.minus_energy(h, j)))
    states[len(states) // 2 :] = cold.states[0, :, best : best + 1]
    return states


def random_states(dimension: int, rng: np.random.Generator) -> Singles:
    """(groups, d, replicas of a group) independent, equally likely +1 and -1."""
    bits = rng.integers(0, 2, size=(GROUPS, dimension, REPLICAS // GROUPS), dtype=np.int8)
    return (2 * bits - 1).astype(np.float32)


def estimate(
    h: Floats,
    j: Floats,
    count: float,
    *,
    seed: int = 0,
    enough: Callable[[Averages], bool] | None = None,
) -> Averages:
    """Averages of the model h (d,), J (d, d), sampled until their variance is below that of ``count`` rows.

    The run doubles from epoch to epoch; the averages are those of the last epoch alone, all before it being given up as
    approach to equilibrium. It ends when the averages are precise enough and ``equilibrated``, or ``enough`` for the
    caller, or after 3072 sweeps.
    """
    rng = np.random.Generator(np.random.SFC64(seed))
    chains = Chains(h, j, start(h, j, rng), rng)
    chains.sweep(_FIRST_EPOCH)
    done = length = _FIRST_EPOCH
    while True:
        found = _epoch(chains, length, done)
        done += length
        precise = found.equilibrated and monte_carlo_share(found, count) <= 1.0
        if precise or done >= _MOST_SWEEPS or (enough is not None and enough(found)):
            return found
        length = done


def statistics(mean: Floats, pair: Floats) -> Floats:
    """(d (d + 1) / 2,) the means, then the correlations ``<s_i s_j> - m_i m_j`` of the pairs (0, 1), (0, 2), ..."""
    return np.concatenate([mean, pair_values((pair - np.outer(mean, mean))[None])[0]])


def row_variance(mean: Floats, pair: Floats) -> Floats:
    """(d (d + 1) / 2,) variance of one row's part in each of ``statistics``.

    ``(s_i - m_i)^2 = L_i - 2 m_i (s_i - m_i)`` with ``L_i = 1 - m_i^2``, so that the product of two columns' deviations
    has variance ``L_i L_j + 4 m_i m_j C_ij - C_ij^2``.
    """
    own = 1.0 - mean * mean
    c = pair - np.outer(mean, mean)
    of_pairs = np.outer(own, own) + 4.0 * np.outer(mean, mean) * c - c * c
    return np.concatenate([own, pair_values(of_pairs[None])[0]])


def monte_carlo_share(found: Averages, count: float) -> float:
    """Variance of the sampled statistics in units of that in ``count`` rows, on average over the statistics."""
    rows = row_variance(found.mean, found.pair) / count
    return float(np.mean(_ratio(found.variance, rows)))


def _epoch(chains: Chains, length: int, before: int) -> Averages:
    """Averages over ``length`` more sweeps, every second one looked at."""
    groups, d, size = chains.states.shape
    first = np.zeros((groups, d))
    second = np.zeros((groups, d, d), dtype=np.float32)  # sums of integers below 2^24: exact
    looks = length // 2
    for _ in range(looks):
        chains.sweep(2)
        first += chains.states.sum(axis=2)
        second += chains.states @ chains.states.transpose(0, 2, 1)
    draws = looks * size
    return _summary(first / draws, second / np.float64(draws), chains, before + length, length, draws)


def _summary(first: Floats, second: Floats, chains: Chains, sweeps: int, measured: int, draws: int) -> Averages:
    groups = len(first)
    mean, pair = first.mean(axis=0), second.mean(axis=0)
    mean_variance = first.var(axis=0, ddof=1) / groups
    pair_variance = second.var(axis=0, ddof=1) / groups
    # Of the correlations, to first order in the groups' differences.
    linear = second - first[:, :, None] * mean - mean[:, None] * first[:, None, :]
    correlation_variance = pair_values(linear).var(axis=0, ddof=1) / groups
    disagreement, time = 0.0, 0.0
    for values, average, variance in (
        (first, mean, mean_variance),
        (pair_values(second), pair_values(pair[None])[0], pair_values(pair_variance[None])[0]),
    ):
        half = groups // 2
        hot, cold = values[:half], values[half:]
        spread = hot.var(axis=0, ddof=1) / half + cold.var(axis=0, ddof=1) / (groups - half)
        gap = (hot.mean(axis=0) - cold.mean(axis=0)) ** 2
        moving = 1.0 - average**2 > 1.0 / (draws * groups)  # a spin that never flips says nothing
        if moving.any():
            disagreement = max(disagreement, float(_ratio(gap[moving], spread[moving]).mean()))
            alone = (1.0 - average[moving] ** 2) / (groups * draws / (measured // 2))  # of one look
            time = max(time, float(_ratio(variance[moving], alone).mean()) * measured)
    return Averages(
        mean=mean,
        pair=pair,
        mean_error=np.sqrt(mean_variance),
        pair_error=np.sqrt(pair_variance),
        variance=np.concatenate([mean_variance, correlation_variance]),
        states=chains.rows,
        sweeps=sweeps,
        measured=measured,
        disagreement=disagreement,
        correlation_time=time,
    )


def _ratio(above: Floats, below: Floats) -> Floats:
    return above / np.maximum(below, np.finfo(float).tiny)


def sample(h: Floats, j: Floats, n: int, rng: np.random.Generator) -> Floats:
    """(n, d) rows of the model: the last states of chains that ``estimate`` has brought to equilibrium, then every
    few correlation times.

    Rows of one chain, 2048 apart, are nearly independent. Where the chains do not reach equilibrium within 3072 sweeps
    the rows are those of the longest run; ``estimate(...).equilibrated`` says so.
    """
    run = estimate(h, j, 1.0, seed=int(rng.integers(1 << 62)))
    # In any order: half of the chains began alike.
    states = rng.permutation(run.states.astype(np.float32)).reshape(GROUPS, -1, len(h)).transpose(0, 2, 1)
    chains = Chains(h, j, np.ascontiguousarray(states), rng)
    apart = int(np.ceil(2.0 * max(run.correlation_time, 1.0)))
    parts, left = [], n
    while True:
        parts.append(chains.rows[:left])
        left -= len(parts[-1])
        if left == 0:
            return np.concatenate(parts)
        chains.sweep(apart)
