"""No step lowers the likelihood, and the sums are the integrals."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.models.polynomial.exact.grid import Grid
from symcat.models.polynomial.exact.newton import Problem, search
from symcat.models.polynomial.exact.terms import Terms


def problem(dimension: int) -> tuple[Problem, Grid]:
    """Averages of ``y + y^2 / 4`` of normal columns: skewed, and bounded below."""
    terms = Terms.of(dimension, 4)
    rows = np.random.default_rng(0).normal(size=(4000, dimension))
    rows = rows + 0.25 * rows**2
    rows = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    statistics = np.eye(terms.count)[1:]
    box = np.full(dimension, 9.0)
    return Problem(terms.values(rows).mean(axis=0), statistics, terms), Grid(-box, box, (91,) * dimension, terms)


@pytest.mark.parametrize("dimension", [1, 2])
def test_every_step_raises_the_likelihood(dimension: int) -> None:
    posed, grid = problem(dimension)
    theta = np.zeros(posed.terms.count)
    theta[(posed.terms.exponents == 2).any(axis=1) & (posed.terms.exponents.sum(axis=1) == 2)] = 0.5
    last = np.inf
    for steps in range(1, 30):
        found = search(posed, grid, theta, steps)
        assert found is not None
        assert found.value <= last + 1e-12
        last = found.value
    assert found is not None
    assert found.residual < 1e-8


def test_one_axis_at_a_time_is_all_at_once() -> None:
    posed, grid = problem(2)
    theta = np.random.default_rng(1).normal(size=posed.terms.count) * 0.1
    theta[-5:] = [0.1, 0.0, 0.1, 0.0, 0.1]
    points = np.stack(np.meshgrid(*grid.axes, indexing="ij"), axis=-1).reshape(-1, 2)
    energy = posed.terms.values(points) @ theta
    np.testing.assert_allclose(grid.energy(theta).ravel(), energy, rtol=1e-9, atol=1e-7)
    weight = np.exp(energy.min() - energy)
    summed = grid.summed(theta)
    averages = weight @ posed.terms.values(points) / weight.sum()
    np.testing.assert_allclose(summed.averages[posed.terms.at], averages, rtol=1e-9, atol=1e-9)
    assert summed.log_partition == pytest.approx(grid.log_partition(theta), abs=1e-12)


def test_a_sum_that_sits_on_one_point_is_no_integral() -> None:
    posed, grid = problem(1)
    theta = np.array([0.0, 0.0, 5000.0, 0.0, 0.0])
    assert search(posed, grid, theta) is None
