"""Densities of states: against the reference, enumeration, and the ways to log Z that do not know of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("flint")

from flint import arb, ctx

from builders.ising.lattice import methods
from builders.ising.lattice.ball import PRECISION, Finite
from builders.ising.lattice.infinite import InfiniteSquare, critical_coupling, critical_state
from builders.ising.lattice.levels import curie_weiss, ring, square, square_by_transfer

COUPLINGS = [-0.9, -0.2, 0.1, 0.44, 1.3]


@pytest.mark.parametrize("side", [2, 3, 4, 5])
def test_the_torus_of_the_reference(reference: Callable[[str], Any], side: int) -> None:
    lattice = reference("reference.json")["ising_torus"]["lattices"][f"{side}x{side}"]
    assert square(side) == {-int(energy): count for energy, count in lattice["g_E"].items()}


@pytest.mark.parametrize("side", [2, 3, 4, 5, 6])
def test_kaufman_counts_what_the_transfer_of_spins_counts(side: int) -> None:
    assert square(side) == square_by_transfer(side)


@pytest.mark.slow
@pytest.mark.parametrize("side", [7, 16, 32])
def test_every_state_is_counted(side: int) -> None:
    levels = square(side)
    assert sum(levels.values()) == 2 ** (side * side)
    assert levels[2 * side * side] == 2
    least = -2 * side * side + (4 * side if side % 2 else 0)
    assert min(levels) == least
    # Two values of the average and of its square are known: all products of different spins average to zero.
    assert sum(e * n for e, n in levels.items()) == 0
    assert sum(e * e * n for e, n in levels.items()) == 2 * side * side * 2 ** (side * side)


@pytest.mark.parametrize("d", [3, 4, 7, 10])
def test_enumeration_of_all_pairs_and_of_the_ring(d: int) -> None:
    assert curie_weiss(d) == methods.enumerated(d, [(i, j) for i in range(d) for j in range(i)])
    assert ring(d) == methods.enumerated(d, [(i, (i + 1) % d) for i in range(d)])


@pytest.mark.parametrize("coupling", COUPLINGS)
def test_two_ways_to_log_z_meet(coupling: float) -> None:
    with ctx.workprec(PRECISION):
        j = arb(coupling)
        for d in (2, 5, 12):
            assert Finite(curie_weiss(d)).log_z(j).overlaps(methods.curie_weiss_log_z(d, j))
        for d in (3, 8, 64):
            assert Finite(ring(d)).log_z(j).overlaps(methods.ring_log_z(d, j))
        for side in (2, 3, 8, 9):
            exact = Finite(square(side)).log_z(j)
            other = methods.torus_log_z(side, j)
            assert exact.overlaps(other)
            assert float(other.rad()) < 1e-8


def test_the_infinite_lattice_is_its_own_dual_and_its_average_a_derivative() -> None:
    with ctx.workprec(PRECISION):
        lattice = InfiniteSquare()
        for coupling in (0.1, 0.4, 0.45, 1.0):
            j = arb(coupling)
            assert methods.duality_gap(lattice, j).contains(0)
            assert methods.onsager_average(j).overlaps(lattice.averages(j).above - 1)
        state = critical_state()
        middle = critical_coupling().mid()
        assert abs(float((lattice.log_z(middle) - state.log_z).mid())) < 1e-24
        assert abs(float((lattice.averages(middle).above - 1 - state.q).mid())) < 1e-24
        assert float(state.j.mid()) == pytest.approx(0.5 * math.asinh(1.0), rel=1e-15)
