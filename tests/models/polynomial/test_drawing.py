"""Rows drawn have the density's averages."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.models.polynomial.drawing import draw
from symcat.models.polynomial.tensors import energy, tensors_of


def test_two_coupled_wells() -> None:
    """Against the density on a grid: a tilted, coupled double well in two columns."""
    every = np.array([(1, 0), (2, 0), (0, 2), (1, 1), (4, 0), (0, 4)])
    parameters = tensors_of(every, np.array([0.2, -1.0, -0.8, -0.5, 0.3, 0.25]))
    axis = np.linspace(-5.0, 5.0, 401)
    y = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    p = np.exp(-energy(parameters, y))
    p /= p.sum()
    rows = draw(parameters, 2, (), 4_000, np.random.default_rng(0))
    assert np.abs(rows.mean(axis=0) - p @ y).max() < 0.12
    assert np.abs(rows.T @ rows / len(rows) - (y * p[:, None]).T @ y).max() < 0.15


@pytest.mark.parametrize(("k", "u"), [(-1.0, 2.0), (-1500.0, 9000.0), (-4e6, 24e6)])
def test_wells_of_one_column_however_narrow(k: float, u: float) -> None:
    """``F = k y^2 / 2 + u y^4 / 24``, of which ``k <y^2> + u <y^4> / 6 = 1``; narrow wells lie at +-sqrt(-6 k / u)."""
    parameters = tensors_of(np.array([(2,), (4,)]), np.array([k / 2.0, u / 24.0]))
    y = draw(parameters, 1, (), 20_000, np.random.default_rng(0))[:, 0]
    values = k * y**2 + u * y**4 / 6.0
    assert abs(values.mean() - 1.0) < 4.5 * values.std() / np.sqrt(len(y))
    assert abs(y.mean()) < 4.5 * y.std() / np.sqrt(len(y))
    if k < -1000.0:
        assert np.mean(y**2) == pytest.approx(-6.0 * k / u, rel=0.01)


@pytest.mark.slow
def test_two_valued_columns_beside_a_real_one() -> None:
    """``F = -0.3 s - 0.5 t + 0.8 s t - 0.7 s y + 0.2 y^2 + 0.1 y^4`` against sums over the states."""
    every = np.array([(1, 0, 0), (0, 1, 0), (1, 1, 0), (1, 0, 1), (0, 0, 2), (0, 0, 4)])
    parameters = tensors_of(every, np.array([-0.3, -0.5, 0.8, -0.7, 0.2, 0.1]))
    axis = np.linspace(-6.0, 6.0, 601)
    states = np.array([(s, t, y) for s in (-1.0, 1.0) for t in (-1.0, 1.0) for y in axis])
    p = np.exp(-energy(parameters, states))
    p /= p.sum()
    rows = draw(parameters, 3, (0, 1), 8_000, np.random.default_rng(0))
    assert set(np.unique(rows[:, :2])) == {-1.0, 1.0}
    for e in every:
        values = np.prod(rows**e, axis=1)
        assert abs(values.mean() - p @ np.prod(states**e, axis=1)) < 4.5 * values.std() / np.sqrt(len(rows)), e
