"""Tensor polynomials on boxes: exact for what they can represent, in one variable the piecewise polynomials."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcat.models.patches import Patches, tiles
from symcat.models.piecewise import PiecewisePolynomial

QUARTERS = (np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0]]), np.array([[1.0, 1.0], [1.0, 2.0], [2.0, 2.0]]))
"""Two squares on the left, one tall box on the right."""


def fitted(lo: np.ndarray, hi: np.ndarray, degree: int, rng: np.random.Generator) -> tuple[Patches, np.ndarray]:
    """One polynomial over all boxes, given by coefficients of x^i y^j ..., as patches."""
    dimension = lo.shape[1]
    whole = rng.normal(size=(degree + 1,) * dimension)
    pieces = []
    for a, b in zip(lo, hi, strict=True):
        piece = whole
        for axis in range(dimension):
            powers = [np.polynomial.Polynomial([(a + b)[axis] / 2, (b - a)[axis] / 2]) ** k for k in range(degree + 1)]
            to = np.array([np.pad(p.coef, (0, degree + 1 - len(p.coef))) for p in powers])
            piece = np.moveaxis(np.tensordot(to, np.moveaxis(piece, axis, 0), axes=(0, 0)), 0, axis)
        pieces.append(piece)
    return Patches(("f",), lo, hi, np.array(pieces)[:, None]), whole


def direct(whole: np.ndarray, points: np.ndarray) -> np.ndarray:
    found = np.zeros(len(points))
    for index in np.ndindex(*whole.shape):
        found += whole[index] * np.prod(points ** np.array(index), axis=1)
    return found


def test_patches_reproduce_a_polynomial_and_its_derivatives(rng: np.random.Generator) -> None:
    patches, whole = fitted(*QUARTERS, degree=4, rng=rng)
    points = rng.uniform(0.0, 2.0, (3000, 2))
    value, gradient = patches.evaluate(points)
    np.testing.assert_allclose(value[0], direct(whole, points), rtol=0, atol=1e-10)
    by_x, by_y = (np.moveaxis(np.polynomial.polynomial.polyder(whole, axis=a), 0, 0) for a in (0, 1))
    np.testing.assert_allclose(gradient[0, 0], direct(by_x, points), rtol=0, atol=1e-9)
    np.testing.assert_allclose(gradient[0, 1], direct(by_y, points), rtol=0, atol=1e-9)


def test_three_variables(rng: np.random.Generator) -> None:
    lo = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    patches, whole = fitted(lo, np.array([[1.0, 1.0, 1.0], [1.0, 1.0, 3.0]]), degree=3, rng=rng)
    points = rng.uniform(0.0, 1.0, (50, 3)) * [1.0, 1.0, 3.0]
    value, gradient = patches.evaluate(points)
    assert gradient.shape == (1, 3, 50)
    np.testing.assert_allclose(value[0], direct(whole, points), rtol=0, atol=1e-10)
    step = 1e-6 * np.eye(3)
    for axis in range(3):
        slope = (direct(whole, points + step[axis]) - direct(whole, points - step[axis])) / 2e-6
        np.testing.assert_allclose(gradient[0, axis], slope, rtol=0, atol=1e-5)


def test_in_one_variable_they_are_the_piecewise_polynomials(rng: np.random.Generator) -> None:
    breaks, coefficients = np.array([0.0, 0.5, 0.75, 1.0]), rng.normal(size=(3, 6))
    patches = Patches(("f",), breaks[:-1, None], breaks[1:, None], coefficients[:, None])
    x = rng.uniform(0.0, 1.0, 200)
    value, slope = PiecewisePolynomial(breaks, coefficients).evaluate(x)
    found, gradient = patches.evaluate(x[:, None])
    np.testing.assert_allclose(found[0], value, rtol=0, atol=1e-13)
    np.testing.assert_allclose(gradient[0, 0], slope, rtol=0, atol=1e-12)


@given(st.lists(st.tuples(st.floats(0, 2), st.floats(0, 2)), min_size=1, max_size=20))
def test_a_point_lies_in_the_patch_that_is_found(points: list[tuple[float, float]]) -> None:
    patches = Patches(("f",), *QUARTERS, np.zeros((3, 1, 1, 1)))
    at = np.array(points)
    found = patches.find(at)
    assert ((patches.lo[found] <= at) & (at <= patches.hi[found])).all()


def test_points_outside_and_what_is_no_number_do_no_harm() -> None:
    patches = Patches(("f",), *QUARTERS, np.ones((3, 1, 1, 1)))
    value, gradient = patches.evaluate(np.array([[-5.0, 9.0], [np.nan, 1.0], [np.inf, 0.5]]))
    assert value[0].tolist() == [1.0, 1.0, 1.0]
    assert (gradient == 0.0).all()


def test_no_points_are_no_points() -> None:
    value, gradient = Patches(("f",), *QUARTERS, np.ones((3, 1, 1, 1))).evaluate(np.empty((0, 2)))
    assert value.shape == (1, 0)
    assert gradient.shape == (1, 2, 0)


def test_gaps_overlaps_and_edges_off_the_grid_are_refused() -> None:
    lo, hi = QUARTERS
    assert tiles(lo, hi)
    assert not tiles(lo[:2], hi[[0, 2]])
    assert not tiles(lo, np.array([[1.0, 1.0], [1.0, 2.0], [2.0, 1.9]]))
    assert not tiles(lo, np.array([[1.5, 1.0], [1.0, 2.0], [2.0, 2.0]]))
    with pytest.raises(ValueError, match="do not tile"):
        Patches(("f",), lo[:2], hi[[0, 2]], np.ones((2, 1, 1, 1))).find(np.zeros((1, 2)))
    crooked = np.array([[0.0], [0.3]]), np.array([[0.3], [1.0]])
    with pytest.raises(ValueError, match="regular grid"):
        Patches(("f",), *crooked, np.ones((2, 1, 1))).find(np.zeros((1, 1)))


def test_stored_coefficients_are_read_last_power_first() -> None:
    patches = Patches.of([[0.0, 0.0]], [[2.0, 2.0]], {"b": [[0.0, 1.0, 0.0, 0.0]], "a": [[0.0, 0.0, 1.0, 0.0]]})
    assert patches.names == ("a", "b")
    value, _ = patches.evaluate(np.array([[0.5, 1.75]]))
    assert value[:, 0].tolist() == [-0.5, 0.75]
