"""Networks of stochastic binary units (p-bits; Camsari et al., Phys. Rev. X 7, 031014, 2017), updated one at a time.

A unit reads what multiplies it, ``f_i = dU/ds_i``, and becomes +1 with probability ``1 / (1 + exp(2 f_i / T))``. The
units are independent oscillators; a sweep updates each once, in order, which leaves ``exp(-U/T)`` unchanged exactly.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from symcat.analog.energies import Spins
from symcat.loops import compiled

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Network:
    """The wires of an energy of spins: pairs as a matrix, larger sets as lists."""

    def __init__(self, energy: Spins, temperature: float) -> None:
        d = energy.dimension
        self.dimension = d
        self.beta2 = 2.0 / temperature
        self.field = np.zeros(d)
        self.pairs = np.zeros((d, d))
        larger: list[tuple[tuple[int, ...], float]] = []
        for chosen, coupling in zip(energy.sets, energy.couplings.tolist(), strict=True):
            if len(chosen) == 1:
                self.field[chosen[0]] += coupling
            elif len(chosen) == 2:
                i, j = chosen
                self.pairs[i, j] += coupling
                self.pairs[j, i] += coupling
            elif chosen:
                larger.append((chosen, coupling))
        self.members, self.member_start = _rows([list(chosen) for chosen, _ in larger])
        self.coupling = np.array([coupling for _, coupling in larger])
        self.sets_of, self.sets_start = _rows([[k for k, (c, _) in enumerate(larger) if i in c] for i in range(d)])

    def sweep(self, states: Floats, rng: np.random.Generator, sweeps: int) -> None:
        """``sweeps`` updates of every unit of the states (R, d), in place."""
        kernel = compiled(_sweeps, ())
        replicas = len(states)
        block = max(1, 2_000_000 // max(1, replicas * self.dimension))
        local = states @ self.pairs + self.field
        for done in range(0, sweeps, block):
            uniform = rng.random((min(block, sweeps - done), replicas, self.dimension))
            kernel(
                *(states, local, uniform, self.pairs, self.beta2),
                *(self.members, self.member_start, self.coupling, self.sets_of, self.sets_start),
            )


def _rows(lists: list[list[int]]) -> tuple[Integers, Integers]:
    start = np.concatenate([[0], np.cumsum([len(row) for row in lists])]).astype(np.int64)
    return np.array([x for row in lists for x in row], dtype=np.int64), start


def _sweeps(
    states: Floats,
    local: Floats,
    uniform: Floats,
    pairs: Floats,
    beta2: float,
    members: Integers,
    member_start: Integers,
    coupling: Floats,
    sets_of: Integers,
    sets_start: Integers,
) -> None:
    """Fields of the pairs are kept up to date, so that only a unit that flips costs d operations."""
    d = states.shape[1]
    for r in range(states.shape[0]):
        s, f = states[r], local[r]
        for sweep in range(uniform.shape[0]):
            u = uniform[sweep, r]
            for i in range(d):
                field = f[i]
                for position in range(sets_start[i], sets_start[i + 1]):
                    k = sets_of[position]
                    product = coupling[k] * s[i]  # s_i squared is one: it drops out of the product
                    for m in range(member_start[k], member_start[k + 1]):
                        product *= s[members[m]]
                    field += product
                new = 1.0 if u[i] * (1.0 + math.exp(min(beta2 * field, 700.0))) < 1.0 else -1.0
                if new != s[i]:
                    change = new - s[i]
                    s[i] = new
                    for j in range(d):
                        f[j] += pairs[i, j] * change
