"""Sampling of polynomials, spins and both together, against sums and integrals over all states."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from symcat.analog import Device, Energy, Mixed, Polynomial, Quadratic, Spins
from symcat.analog.energies import sets_of
from symcat.analog.equilibrium import Halves, drift, of_series
from symcat.analog.monomials import chain, evaluate

Floats = NDArray[np.float64]

WELL = Polynomial(np.array([[2], [4]]), np.array([-1.0, 0.25]))
PAIR = Polynomial(
    np.array([[2, 0], [4, 0], [0, 2], [0, 4], [1, 1], [3, 1]]), np.array([0.2, 0.3, -0.5, 0.4, -0.3, 0.05])
)


def on_a_grid(energy: Energy, temperature: float = 1.0, points: int = 301) -> tuple[Floats, Floats]:
    """States of a lattice over the plane or line, and their probabilities."""
    axis = np.linspace(-5.0, 5.0, points)
    states = np.stack(np.meshgrid(*[axis] * energy.dimension, indexing="ij"), axis=-1).reshape(-1, energy.dimension)
    weight = np.exp(-(energy.value(states) - energy.value(states).min()) / temperature)
    return states, weight / weight.sum()


def agrees(read: Floats, expected: Floats) -> None:
    """Averages (n, R, S) of statistics against exact ones, by the spread of the replicas'."""
    each = read.mean(axis=0)
    error = each.std(axis=0, ddof=1) / np.sqrt(len(each))
    assert np.abs((each.mean(axis=0) - expected) / error).max() < 4.5


@pytest.mark.parametrize("energy", [WELL, PAIR], ids=["well", "pair"])
@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_polynomials_are_sampled_without_bias(energy: Polynomial, temperature: float) -> None:
    samples = Device(seed=2, temperature=temperature).sample(energy, n=1500)
    states, probability = on_a_grid(energy, temperature)
    powers = [samples.states**k for k in (1, 2, 4)]
    agrees(np.concatenate(powers, axis=2), np.concatenate([probability @ states**k for k in (1, 2, 4)]))
    assert samples.equilibrated
    assert 0.6 < samples.accepted < 0.95
    assert samples.flat.shape == (1500 * 64, energy.dimension)


class Plain:
    """The same polynomial as an energy of which nothing is known but values and slopes."""

    def __init__(self, energy: Polynomial) -> None:
        self.energy, self.dimension = energy, energy.dimension

    def value(self, x: Floats) -> Floats:
        return self.energy.value(x)

    def gradient(self, x: Floats) -> Floats:
        return self.energy.gradient(x)


def test_any_energy_is_sampled_as_its_polynomial_is() -> None:
    states, probability = on_a_grid(PAIR)
    samples = Device(seed=3).sample(Plain(PAIR), n=800)
    agrees(samples.states**2, probability @ states**2)


def test_compiled_slopes_are_the_slopes() -> None:
    """The compiled evaluation against arrays, and these against differences."""
    rng = np.random.default_rng(0)
    exponents = rng.integers(0, 4, (12, 3))
    energy = Polynomial(exponents, rng.standard_normal(12))
    x = rng.standard_normal((5, 3))
    slope = energy.gradient(x)
    for j in range(3):
        shift = 1e-6 * np.eye(3)[j]
        difference = (energy.value(x + shift) - energy.value(x - shift)) / 2e-6
        np.testing.assert_allclose(slope[:, j], difference, rtol=1e-6, atol=1e-6)
    value, found = evaluate(chain(exponents, energy.couplings, ()), x)
    np.testing.assert_allclose(value, energy.value(x), rtol=1e-12)
    np.testing.assert_allclose(found, slope, rtol=1e-10, atol=1e-12)


def test_a_quadratic_is_sampled_by_its_circuit() -> None:
    matrix, b = np.array([[2.0, 0.5], [0.5, 1.0]]), np.array([1.0, -1.0])
    samples = Device(seed=4, temperature=0.5).sample(Quadratic(matrix, b), n=1000)
    mean, covariance = np.linalg.solve(matrix, b), 0.5 * np.linalg.inv(matrix)
    agrees(samples.states, mean)
    agrees(samples.states**2, np.diag(covariance) + mean**2)
    agrees(samples.states.prod(axis=2, keepdims=True), covariance[:1, 1] + mean.prod())


def spins(d: int, order: int, seed: int) -> Spins:
    rng = np.random.default_rng(seed)
    chosen = sets_of([m for m in range(2**d) if m.bit_count() <= order])
    return Spins(d, chosen, 0.4 * rng.standard_normal(len(chosen)))


@pytest.mark.parametrize(("d", "order"), [(1, 1), (5, 2), (5, 3), (4, 4)])
@pytest.mark.parametrize("temperature", [0.7, 2.0])
def test_spins_of_any_order(d: int, order: int, temperature: float) -> None:
    """Every state's probability, from the exact sum."""
    energy = spins(d, order, d + order)
    states = np.array(list(product([-1.0, 1.0], repeat=d)))
    probability = np.exp(-energy.value(states) / temperature)
    probability /= probability.sum()
    samples = Device(seed=5, temperature=temperature).sample(energy, n=2000)
    code = ((samples.states + 1.0) / 2.0) @ (2.0 ** np.arange(d)[::-1])
    counted = (code[..., None] == np.arange(2**d)).astype(float)
    each = counted.mean(axis=0)
    error = each.std(axis=0, ddof=1) / 8.0 + 1e-4
    assert np.abs((each.mean(axis=0) - probability) / error).max() < 4.5
    assert set(np.unique(samples.states)) == {-1.0, 1.0}
    assert samples.step is None


def test_ising_signs() -> None:
    h, J = np.array([0.3, -0.2, 0.1]), np.array([[0.0, 0.5, 0.0], [0.5, 0.0, -0.4], [0.0, -0.4, 0.0]])
    states = np.array(list(product([-1.0, 1.0], repeat=3)))
    expected = -states @ h - 0.5 * np.einsum("ri,ij,rj->r", states, J, states)
    energy = Spins.ising(h, J)
    np.testing.assert_allclose(energy.value(states), expected)
    raised = [energy.value(np.where(np.arange(3) == i, 1.0, states)) for i in range(3)]
    lowered = [energy.value(np.where(np.arange(3) == i, -1.0, states)) for i in range(3)]
    np.testing.assert_allclose(energy.gradient(states).T, (np.array(raised) - lowered) / 2.0)


def test_spins_and_reals_together() -> None:
    """``U = x^2/2 + x^4/10 - 0.7 s x - 0.3 s``: a Gaussian-like column that a spin pulls."""
    energy = Mixed(np.array([[2, 0], [4, 0], [1, 3], [0, 1]]), np.array([0.5, 0.1, -0.7, -0.3]), spins=(1,))
    x = np.linspace(-6.0, 6.0, 2001)
    grid = np.concatenate([np.stack([x, np.full_like(x, s)], axis=1) for s in (-1.0, 1.0)])
    weight = np.exp(-energy.value(grid))
    weight /= weight.sum()
    samples = Device(seed=6).sample(energy, n=1500)
    states = samples.states
    read = np.stack([states[..., 0], states[..., 1], states[..., 0] * states[..., 1], states[..., 0] ** 2], axis=2)
    agrees(read, weight @ np.stack([grid[:, 0], grid[:, 1], grid[:, 0] * grid[:, 1], grid[:, 0] ** 2], axis=1))


def test_persistent_replicas_go_on_where_they_were() -> None:
    device = Device(seed=7)
    first = device.sample(PAIR, n=50)
    second = device.sample(PAIR, n=200, start=first.last, step=first.step, settle=0.0)
    assert second.settle_tau == 0.0
    assert second.step == first.step
    states, probability = on_a_grid(PAIR)
    agrees(second.states**2, probability @ states**2)
    np.testing.assert_array_equal(first.last, first.states[-1])


def test_the_same_seed_gives_the_same_states() -> None:
    for energy in (WELL, spins(4, 3, 0), Quadratic(np.eye(2), np.zeros(2))):
        one, other = (Device(seed=8).sample(energy, n=20).states for _ in range(2))
        np.testing.assert_array_equal(one, other)


def test_replicas_caught_in_different_wells_are_noticed() -> None:
    """A barrier of 25 kT is not crossed: every replica looks calm, and their differences tell."""
    deep = Polynomial(np.array([[2], [4]]), np.array([-10.0, 1.0]))
    samples = Device(seed=9, settle_limit=2_000.0).sample(deep, n=100)
    assert not samples.equilibrated
    assert samples.rhat > 2.0


def test_readouts_of_few_bits() -> None:
    samples = Device(seed=1, adc_bits=4, saturation=4.0).sample(WELL, n=50)
    codes = samples.states / (8.0 / 14.0)
    np.testing.assert_allclose(codes, np.round(codes), atol=1e-12)
    assert len(np.unique(samples.states)) <= 15


def test_equilibrium_is_judged_from_replicas() -> None:
    rng = np.random.default_rng(0)
    still = rng.standard_normal((64, 20, 3))
    rhat, drifts = of_series(still)
    assert rhat < 1.1
    assert not drifts
    apart = still + 5.0 * rng.standard_normal((20, 3))
    assert of_series(apart)[0] > 2.0
    creeping = still + np.linspace(0.0, 1.0, 64)[:, None, None]
    assert of_series(creeping)[1]
    assert drift(still[:32].mean(axis=0), still[32:].mean(axis=0) + 1.0)
    halves = Halves(64)  # the same verdict from sums alone, in whatever blocks they come
    for block in np.split(still, [5, 31, 40]):
        halves.add(block)
    of_squares = of_series(np.concatenate([still, still**2], axis=2))
    assert halves.verdict() == (pytest.approx(of_squares[0], rel=1e-9), of_squares[1])
