"""Polynomial free energies: tensors and monomials say the same, samples have the density's moments."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcat.models.polynomial import Polynomial, tensors_of


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
