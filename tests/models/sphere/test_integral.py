"""The integral over the sphere against the functions that its special cases are."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import gammaln, hyp1f1, ive

from symcat.models.sphere.integral import integral


@pytest.mark.parametrize("d", [2, 3, 10, 64])
@pytest.mark.parametrize("k", [1e-3, 1.0, 30.0, 1e5])
def test_a_pull_alone_is_bessels_function(d: int, k: float) -> None:
    order = 0.5 * d - 1.0
    if ive(order, k) == 0.0:
        pytest.skip("Bessel's function underflows, not the integral")
    exact = 0.5 * d * np.log(2.0 * np.pi) + np.log(ive(order, k)) + k - order * np.log(k)
    found = integral(np.zeros((1, d)), k * np.eye(d)[:1])
    assert found.log_c[0] == pytest.approx(exact, rel=1e-12)
    assert found.average([1, *[0] * (d - 1)])[0] == pytest.approx(ive(order + 1, k) / ive(order, k), rel=1e-12)


@pytest.mark.parametrize("d", [2, 3, 10, 64])
@pytest.mark.parametrize("k", [-30.0, -1.0, 1e-3, 30.0])
def test_squares_along_one_axis_are_kummers_function(d: int, k: float) -> None:
    exact = np.log(2.0) + 0.5 * d * np.log(np.pi) - gammaln(0.5 * d) + np.log(hyp1f1(0.5, 0.5 * d, k))
    assert integral(-k * np.eye(d)[:1], np.zeros((1, d))).log_c[0] == pytest.approx(exact, rel=1e-12)


def test_a_batch_is_its_laws_one_by_one() -> None:
    rng = np.random.default_rng(0)
    decay, pull = np.exp(3.0 * rng.standard_normal((5, 4))), np.zeros((5, 4))
    pull[2:, 0] = [1.0, 50.0, 1e4]
    decay[2:] = 0.0
    together = integral(decay, pull)
    for g in range(5):
        alone = integral(decay[g : g + 1], pull[g : g + 1])
        np.testing.assert_allclose(together.log_c[g], alone.log_c[0], rtol=1e-14)
        np.testing.assert_allclose(together.squares[g], alone.squares[0], rtol=1e-11)


def test_squares_add_up_to_one_with_any_other_average() -> None:
    """``x_0^2 |x|^2 = x_0^2``, and likewise of higher powers."""
    found = integral(np.array([[0.0, 2.0, 700.0]]), np.zeros((1, 3)))
    np.testing.assert_allclose(found.squares.sum(axis=1), 1.0, rtol=1e-13)
    np.testing.assert_allclose(found.products.sum(axis=2), found.squares, rtol=1e-12)
    parts = [found.average(powers) for powers in ([4, 2, 0], [2, 4, 0], [2, 2, 2])]
    np.testing.assert_allclose(sum(parts), found.average([2, 2, 0]), rtol=1e-12)


def test_adding_to_all_squares_changes_the_constant_alone() -> None:
    decay = np.array([[0.5, 3.0, 9.0]])
    found, moved = integral(decay, np.zeros((1, 3))), integral(decay + 7.0, np.zeros((1, 3)))
    assert moved.log_c[0] == pytest.approx(found.log_c[0] - 7.0, rel=1e-13)
    np.testing.assert_allclose(moved.squares, found.squares, rtol=1e-13)
