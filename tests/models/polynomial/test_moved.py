"""A quartic about another point, and with some columns known."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.models.polynomial.moved import about, given
from symcat.models.polynomial.series.expansion import symmetric
from symcat.models.polynomial.tensors import energy


@pytest.fixture
def quartic() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {name: symmetric(rng.normal(size=(3,) * rank)) for rank, name in enumerate(("h", "K", "g", "u"), start=1)}


def test_about_another_point_it_differs_by_a_constant(quartic: dict[str, np.ndarray]) -> None:
    y, point = np.random.default_rng(1).normal(size=(50, 3)), np.array([0.5, -1.0, 2.0])
    apart = energy(quartic, y + point) - energy(about(quartic, point), y)
    np.testing.assert_allclose(apart, apart[0], rtol=1e-9)


def test_with_a_column_known_it_is_one_of_the_others(quartic: dict[str, np.ndarray]) -> None:
    y = np.random.default_rng(2).normal(size=(50, 3))
    y[:, 1] = 0.7
    apart = energy(quartic, y) - energy(given(quartic, {1: 0.7}), y[:, [0, 2]])
    np.testing.assert_allclose(apart, apart[0], rtol=1e-9)
