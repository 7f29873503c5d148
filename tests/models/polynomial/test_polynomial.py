"""Polynomial free energies: tensors and monomials say the same, samples have the density's moments."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcat.models.polynomial.polynomial import Polynomial, tensors_of


@given(st.integers(0, 10_000), st.integers(1, 3), st.sampled_from([4, 6]))
@settings(max_examples=30, deadline=None)
def test_tensors_are_the_monomials(seed: int, dimension: int, degree: int) -> None:
    rng = np.random.default_rng(seed)
    every = np.array([e for e in np.ndindex(*(degree + 1,) * dimension) if 0 < sum(e) <= degree])
    theta = rng.standard_normal(len(every))
    label = "polynomial.quartic" if degree == 4 else "polynomial.sextic"
    model = Polynomial(label, dimension)
    parameters = {"mean": np.zeros(dimension), **tensors_of(every, theta, dimension)}
    y = rng.standard_normal((7, dimension))
    expected = sum(t * np.prod(y**e, axis=1) for t, e in zip(theta, every, strict=True))
    np.testing.assert_allclose(model.energy(parameters, y), expected, rtol=1e-10, atol=1e-10)
    import sympy

    symbols = sympy.symbols([f"c{j}" for j in range(dimension)], real=True)
    value = model.free_energy(parameters, [s.name for s in symbols]).subs(dict(zip(symbols, y[0], strict=True)))
    assert float(value) == pytest.approx(expected[0], rel=1e-9, abs=1e-9)


def test_samples_of_two_coupled_wells() -> None:
    """Against the density on a grid: a tilted, coupled double well in two columns."""
    every = np.array([(1, 0), (2, 0), (0, 2), (1, 1), (4, 0), (0, 4)])
    theta = np.array([0.2, -1.0, -0.8, -0.5, 0.3, 0.25])
    model = Polynomial("polynomial.quartic", 2)
    parameters = {"mean": np.array([3.0, -1.0]), **tensors_of(every, theta, 2)}
    axis = np.linspace(-5.0, 5.0, 401)
    y = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    p = np.exp(-model.energy(parameters, y))
    p /= p.sum()
    rows = model.sample(parameters, 4_000, np.random.default_rng(0)) - parameters["mean"]
    assert np.abs(rows.mean(axis=0) - p @ y).max() < 0.12
    assert np.abs(rows.T @ rows / len(rows) - (y * p[:, None]).T @ y).max() < 0.15
    log_z = float(np.log(np.exp(-model.energy(parameters, y)).sum() * (axis[1] - axis[0]) ** 2))
    density = np.exp(model.log_density(parameters, log_z, y + parameters["mean"])).sum() * (axis[1] - axis[0]) ** 2
    assert density == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("unit", [1.0, 1e-6, 1e5])
def test_log_z_of_one_and_two_columns_by_quadrature(unit: float) -> None:
    """Against the table's quartic, and against a product of two of them, far off and in any unit."""
    from symcat.models.quartic import radial

    def couplings(r: float, u: float) -> list[float]:
        return [0.5 * r / unit**2, u / 24.0 / unit**4]

    expected = [radial.log_partition(1, r, u) + np.log(unit) for r, u in ((-6.0, 2.0), (0.5, 0.01))]
    for (r, u), value in zip(((-6.0, 2.0), (0.5, 0.01)), expected, strict=True):
        tensors = tensors_of(np.array([(2,), (4,)]), np.array(couplings(r, u)), 1)
        model = Polynomial("polynomial.quartic", 1)
        assert model.may_be_integrated
        assert model.integrated({"mean": np.zeros(1), **tensors}) == pytest.approx(value, rel=1e-10, abs=1e-10)
    both = tensors_of(
        np.array([(2, 0), (4, 0), (0, 2), (0, 4)]), np.array([*couplings(-6.0, 2.0), *couplings(0.5, 0.01)]), 2
    )
    found = Polynomial("polynomial.quartic", 2).integrated({"mean": np.ones(2), **both})
    assert found == pytest.approx(sum(expected), rel=1e-9, abs=1e-9)


def test_a_density_far_from_the_point_it_is_written_about() -> None:
    """``F = (y - 40)^2 / 2 + 0.001 (y - 40)^4`` in powers of y: the grid finds it."""
    shifted = np.poly1d([0.001, 0.0, 0.5, 0.0, 0.0])(np.poly1d([1.0, -40.0])).coeffs[::-1]
    tensors = tensors_of(np.array([(k,) for k in (1, 2, 3, 4)]), shifted[1:], 1)
    y = np.linspace(20.0, 60.0, 400_001)
    # The constant term of F, which no tensor has, is a factor of Z.
    exact = np.log(np.exp(-np.polyval(shifted[::-1], y)).sum() * (y[1] - y[0])) + shifted[0]
    found = Polynomial("polynomial.quartic", 1).integrated({"mean": np.zeros(1), **tensors})
    assert found == pytest.approx(exact, rel=1e-9)


def test_spins_beside_a_column() -> None:
    """Samples of ``F = -0.3 s - 0.5 t + 0.8 s t - 0.7 s y + 0.2 y^2 + 0.1 y^4`` against sums over the states."""
    every = np.array([(1, 0, 0), (0, 1, 0), (1, 1, 0), (1, 0, 1), (0, 0, 2), (0, 0, 4)])
    theta = np.array([-0.3, -0.5, 0.8, -0.7, 0.2, 0.1])
    model = Polynomial("mixed.quartic", 3, (0, 1))
    assert not model.may_be_integrated
    parameters = {"mean": np.zeros(3), **tensors_of(every, theta, 3)}
    axis = np.linspace(-6.0, 6.0, 601)
    states = np.array([(s, t, y) for s in (-1.0, 1.0) for t in (-1.0, 1.0) for y in axis])
    p = np.exp(-model.energy(parameters, states))
    p /= p.sum()
    rows = model.sample(parameters, 8_000, np.random.default_rng(0))
    assert set(np.unique(rows[:, :2])) == {-1.0, 1.0}
    for e in every:
        values = np.prod(rows**e, axis=1)
        assert abs(values.mean() - p @ np.prod(states**e, axis=1)) < 4.5 * values.std() / np.sqrt(len(rows)), e
