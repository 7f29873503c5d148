"""Networks of stochastic binary units (p-bits; Camsari et al., Phys. Rev. X 7, 031014, 2017), updated one at a time.

A unit reads what multiplies it, ``f_i = dU/ds_i``, and becomes +1 with probability ``1 / (1 + exp(2 f_i / T))``: where
``2 f_i / T`` plus a logistic number is negative. The units are independent oscillators; a sweep updates each once, in
order, which leaves ``exp(-U/T)`` unchanged.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.analog import noise
from symcat.analog.energies import Spins
from symcat.analog.lanes import Chunk, chunks, store
from symcat.analog.noise import Bits, Singles, logistics
from symcat.analog.threads import side_by_side
from symcat.loops import compiled

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

REFRESH = 256
"""Sweeps after which fields that were kept up to date by single-precision additions are added up anew."""


class Network:
    """The wires of an energy of spins, pairs as a matrix and larger sets as lists, and the replicas (R, d) on them."""

    def __init__(self, energy: Spins, temperature: float, replicas: int, rng: np.random.Generator) -> None:
        d = energy.dimension
        self.beta2 = np.float32(2.0 / temperature)
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
        self.wires = self.pairs.astype(np.float32)
        self.members, self.member_start = _rows([list(chosen) for chosen, _ in larger])
        self.coupling = np.array([coupling for _, coupling in larger], dtype=np.float32)
        self.sets_of, self.sets_start = _rows([[k for k, (c, _) in enumerate(larger) if i in c] for i in range(d)])
        self.chunks = chunks(rng, replicas)

    def sweep(self, states: Floats, sweeps: int) -> None:
        """``sweeps`` updates of every unit of the states (R, d), in place."""
        for first in range(0, sweeps, REFRESH):
            self._run(states, min(REFRESH, sweeps - first), 0, np.empty((0, *states.shape)))

    def read(self, states: Floats, every: int, out: Floats) -> None:
        """As many readings as ``out`` (n, R, d) has room for, ``every`` sweeps before each."""
        for first in range(0, len(out), step := max(1, REFRESH // every)):
            self._run(states, 0, every, out[first : first + step])

    def _run(self, states: Floats, wait: int, every: int, out: Floats) -> None:
        clock.check()
        side_by_side(partial(self._advance, chunk, states, wait, every, out) for chunk in self.chunks)

    def _advance(self, chunk: Chunk, states: Floats, wait: int, every: int, out: Floats) -> float:
        kernel = compiled(_sweeps, (*noise.KERNELS, store))
        mine = states[chunk.rows]
        rows = np.ascontiguousarray(mine.T, dtype=np.float32)
        local = np.ascontiguousarray((mine @ self.pairs + self.field).T, dtype=np.float32)
        kernel(
            *(rows, local, chunk.state, chunk.drawn, chunk.work, self.wires, self.beta2),
            *(self.members, self.member_start, self.coupling, self.sets_of, self.sets_start),
            *(wait, every, out[:, chunk.rows]),
        )
        mine[:] = rows.T
        return 0.0


def _rows(lists: list[list[int]]) -> tuple[Integers, Integers]:
    start = np.concatenate([[0], np.cumsum([len(row) for row in lists])]).astype(np.int64)
    return np.array([x for row in lists for x in row], dtype=np.int64), start


def _sweeps(
    states: Singles,
    local: Singles,
    generator: Bits,
    drawn: Bits,
    work: Singles,
    pairs: Singles,
    beta2: np.float32,
    members: Integers,
    member_start: Integers,
    coupling: Singles,
    sets_of: Integers,
    sets_start: Integers,
    wait: int,
    every: int,
    out: Floats,
) -> None:
    """Sweeps of the spins (d, L): ``wait``, then ``every`` before each reading; pairs' fields are kept up to date."""
    d, lanes = states.shape
    threshold, change = np.empty(lanes, np.float32), np.empty(lanes, np.float32)
    field, product = np.empty(lanes, np.float32), np.empty(lanes, np.float32)
    one = np.float32(1.0)
    for sweep in range(wait + every * out.shape[0]):
        for i in range(d):
            logistics(generator, drawn, work, threshold)
            for r in range(lanes):
                field[r] = local[i, r]
            for position in range(sets_start[i], sets_start[i + 1]):
                k = sets_of[position]
                for r in range(lanes):
                    product[r] = coupling[k] * states[i, r]  # s_i squared is one: it drops out of the product
                for m in range(member_start[k], member_start[k + 1]):
                    other = members[m]
                    for r in range(lanes):
                        product[r] *= states[other, r]
                for r in range(lanes):
                    field[r] += product[r]
            for r in range(lanes):
                new = one if beta2 * field[r] + threshold[r] < 0 else -one
                change[r] = new - states[i, r]
            for r in range(lanes):
                states[i, r] += change[r]
            for j in range(d):
                c = pairs[i, j]
                if c != 0:
                    for r in range(lanes):
                        local[j, r] += c * change[r]
        done = sweep + 1 - wait
        if done > 0 and done % every == 0:
            store(states, out[done // every - 1])
