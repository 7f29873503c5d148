"""Inputs that no circuit can take: each refused with the name of its fault."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from symcat.analog import Device, Polynomial, Quadratic, Spins
from symcat.errors import InvalidData
from tests.analog.test_device import PRIMITIVES, ask, wishart

Floats = NDArray[np.float64]
NEEDS_POSITIVE = [p for p in PRIMITIVES if p != "expm"]


def with_eigenvalues(values: list[float], seed: int = 0) -> Floats:
    """A dense matrix in which neither the diagonal nor a pair of cells shows a fault."""
    q = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(values), len(values))))[0]
    matrix: Floats = (q * values) @ q.T
    return 0.5 * (matrix + matrix.T)


@pytest.mark.parametrize("primitive", PRIMITIVES)
@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        ([[1.0, 0.2], [0.1, 1.0]], r"asymmetric: A\[0, 1\] = 0.2 and A\[1, 0\] = 0.1"),
        ([[1.0, np.nan], [np.nan, 1.0]], r"A\[0, 1\] is nan"),
        ([[1.0, 2.0, 3.0]], "shape"),
        ([], "shape"),
        ([["a", "b"], ["c", "d"]], "not an array of numbers"),
        ([[1.0 + 2.0j]], "not an array of numbers"),
    ],
)
def test_what_is_seen_at_once(primitive: str, matrix: Any, said: str) -> None:
    with pytest.raises(InvalidData, match=said):
        getattr(Device(), primitive)(*((matrix, [0.0, 0.0]) if primitive == "solve" else (matrix,)))


@pytest.mark.parametrize("primitive", NEEDS_POSITIVE)
@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        ([[1.0, 0.0], [0.0, -1.0]], r"indefinite: A\[1, 1\] = -1"),
        ([[1.0, 0.5], [0.5, 0.0]], r"indefinite: A\[1, 1\] = 0"),
        ([[1.0, 0.0], [0.0, 0.0]], "singular: row 1 is zero"),
        ([[1.0, 2.0], [2.0, 1.0]], "indefinite: cells 0 and 1"),
    ],
)
def test_what_one_or_two_cells_show(primitive: str, matrix: list[list[float]], said: str) -> None:
    with pytest.raises(InvalidData, match=said):
        ask(Device(), primitive, np.array(matrix))


@pytest.mark.parametrize("primitive", NEEDS_POSITIVE)
def test_what_only_the_physics_shows(primitive: str) -> None:
    device = Device(settle_limit=2_000.0)
    with pytest.raises(InvalidData, match=r"indefinite.*ran away"):
        ask(device, primitive, with_eigenvalues([1.0] * 9 + [-0.2]))
    with pytest.raises(InvalidData, match=r"singular.*not settled"):
        ask(device, primitive, with_eigenvalues([1.0] * 9 + [0.0]))


def test_an_ill_conditioned_matrix_is_a_matter_of_patience() -> None:
    matrix = with_eigenvalues([1.0, 1.0, 1.0, 1e-3])
    with pytest.raises(InvalidData, match="raise settle_limit"):
        Device(settle_limit=500.0).inverse(matrix)
    reading = Device().inverse(matrix)
    assert reading.settle_tau > 2_000.0
    assert np.abs((reading.value - np.linalg.inv(matrix)) / reading.standard_error).max() < 5.0


def test_a_converter_can_make_a_matrix_indefinite() -> None:
    """What is judged is what was programmed, and the message says so."""
    matrix = with_eigenvalues([1.0, 1.0, 1.0, 1e-2], seed=1)
    with pytest.raises(InvalidData, match="as programmed"):
        Device(dac_bits=3, settle_limit=2_000.0).inverse(matrix)


@pytest.mark.parametrize("primitive", NEEDS_POSITIVE)
def test_a_signal_out_of_range(primitive: str) -> None:
    with pytest.raises(InvalidData, match=r"saturates.*beyond 0\.5"):
        ask(Device(saturation=0.5), primitive, wishart(4))
    assert ask(Device(saturation=50.0), primitive, wishart(4)).equilibrated


def test_a_right_hand_side_that_does_not_fit() -> None:
    for b, said in (([1.0, 2.0], "needs"), ([1.0, np.inf, 0.0], r"b\[1\] is inf"), ("abc", "not an array")):
        with pytest.raises(InvalidData, match=said):
            Device().solve(np.eye(3), b)


@pytest.mark.slow
def test_energies_that_cannot_be_sampled() -> None:
    for power, coupling in ((4, -1.0), (2, -1.0), (3, 1.0)):
        with pytest.raises(InvalidData, match="does not confine"):
            Device(settle_limit=2_000.0).sample(Polynomial(np.array([[power]]), np.array([coupling])), n=10)
    with pytest.raises(InvalidData, match="as many finite couplings"):
        Polynomial(np.array([[4]]), np.array([1.0, 2.0]))
    with pytest.raises(InvalidData, match="integers"):
        Polynomial(np.array([[4.5]]), np.array([1.0]))
    with pytest.raises(InvalidData, match="different spins"):
        Spins(3, ((0, 3),), np.array([1.0]))
    with pytest.raises(InvalidData, match="start from"):
        Device().sample(Quadratic(np.eye(2), np.zeros(2)), n=3, start=np.zeros((2, 2)))
    with pytest.raises(InvalidData, match="readings cannot"):
        Device().sample(Quadratic(np.eye(2), np.zeros(2)), n=0)
    with pytest.raises(InvalidData, match="saturates"):
        Device(saturation=0.5).sample(Polynomial(np.array([[2]]), np.array([0.5])), n=100)
