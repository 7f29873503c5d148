"""The correlation matrix of scores by maximum likelihood."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcat.models.scores.correlation import (
    covariance_of_sample,
    curvature,
    information,
    inverse_of,
    maximum,
    objective,
    spread,
    standard_errors,
)
from symcat.models.scores.pattern import Pattern

PATTERNS = (Pattern.full, Pattern.exchangeable, Pattern.cyclic, Pattern.none)


def second_moments(d: int, seed: int) -> np.ndarray:
    z = np.random.default_rng(seed).normal(size=(4 * d, d)) @ np.random.default_rng(seed + 1).normal(size=(d, d))
    z /= z.std(axis=0)
    found: np.ndarray = z.T @ z / len(z)
    return found


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 6), st.integers(0, 10_000), st.sampled_from(PATTERNS))
def test_no_matrix_of_the_class_is_likelier(d: int, seed: int, make: object) -> None:
    pattern = make(d)  # type: ignore[operator]
    second = second_moments(d, seed)
    found = maximum(second, pattern)
    assert found is not None
    inverse = inverse_of(found)
    slope = pattern.members.T @ pattern.pairs(inverse @ second @ inverse - inverse)
    assert np.abs(slope).max(initial=0.0) < 1e-6 * max(1.0, np.abs(inverse).max() ** 2)
    rng = np.random.default_rng(seed)
    values = pattern.pairs(found)[[int(np.argmax(pattern.orbit == k)) for k in range(pattern.size)]]
    for _ in range(5):
        other = spread(values + 1e-3 * rng.normal(size=pattern.size), pattern)
        if np.linalg.eigvalsh(other)[0] > 0.0:
            assert objective(other, second) <= objective(found, second) + 1e-12


def test_variances_other_than_one_move_the_maximum() -> None:
    second = np.array([[1.2, 0.5], [0.5, 0.9]])
    r = maximum(second, Pattern.full(2))
    assert r is not None
    grid = np.linspace(-0.99, 0.99, 100_001)
    likelihood = -0.5 * np.log(1.0 - grid**2) - (2.1 - 2.0 * grid * 0.5) / (2.0 * (1.0 - grid**2))
    assert r[0, 1] == pytest.approx(grid[likelihood.argmax()], abs=2e-5)


def test_a_column_that_follows_from_others_has_no_maximum() -> None:
    assert maximum(np.ones((2, 2)), Pattern.full(2)) is None


@pytest.mark.parametrize("make", PATTERNS[:3])
def test_curvature_is_the_derivative_of_the_slope(make: object) -> None:
    pattern, second = make(4), second_moments(4, 7)  # type: ignore[operator]
    values = np.full(pattern.size, 0.1)

    def slope(at: np.ndarray) -> np.ndarray:
        inverse = inverse_of(spread(at, pattern))
        found: np.ndarray = pattern.members.T @ pattern.pairs(inverse @ second @ inverse - inverse)
        return found

    step = 1e-6 * np.eye(pattern.size)
    differences = [-(slope(values + one) - slope(values - one)) / 2e-6 for one in step]
    inverse = inverse_of(spread(values, pattern))
    assert curvature(inverse, second, pattern) == pytest.approx(np.array(differences), rel=1e-5, abs=1e-7)
    expected = curvature(inverse, spread(values, pattern), pattern)
    assert information(inverse, pattern) == pytest.approx(expected, rel=1e-10)


def test_cyclic_correlations_depend_on_the_distance_along_the_ring() -> None:
    matrix = spread(np.array([0.3, 0.1]), Pattern.cyclic(5))
    assert matrix[0].tolist() == [1.0, 0.3, 0.1, 0.1, 0.3]
    assert np.array_equal(np.roll(matrix, 1, axis=(0, 1)), matrix)


def test_errors_are_those_of_correlations_of_gaussian_rows() -> None:
    matrix = np.array([[1.0, 0.6, 0.3], [0.6, 1.0, -0.2], [0.3, -0.2, 1.0]])
    pattern = Pattern.full(3)
    error = pattern.pairs(standard_errors(matrix, pattern, 100.0))
    assert error == pytest.approx((1.0 - pattern.pairs(matrix) ** 2) / 10.0)
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(4000, 200, 3)) @ np.linalg.cholesky(matrix).T
    rows -= rows.mean(axis=1, keepdims=True)
    second = np.einsum("kni,knj->kij", rows, rows)
    deviation = np.sqrt(np.einsum("kii->ki", second))
    sample = pattern.pairs(second / (deviation[:, :, None] * deviation[:, None, :]))
    assert 200.0 * np.cov(sample.T) == pytest.approx(covariance_of_sample(matrix, pattern), abs=0.06)
