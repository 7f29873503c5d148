"""Monomials of columns, and of linear combinations of these."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.models.polynomial.exact.terms import Terms


@pytest.mark.parametrize(("dimension", "degree", "count"), [(1, 6, 7), (2, 4, 15), (3, 4, 35), (4, 4, 70)])
def test_every_monomial_once_the_constant_first(dimension: int, degree: int, count: int) -> None:
    terms = Terms.of(dimension, degree)
    assert terms.count == len({tuple(e) for e in terms.exponents.tolist()}) == count
    assert not terms.exponents[0].any()
    rows = np.random.default_rng(0).normal(size=(5, dimension))
    expected = np.prod(rows[:, None, :] ** terms.exponents, axis=2)
    np.testing.assert_allclose(terms.values(rows), expected, rtol=1e-12)


@pytest.mark.parametrize("dimension", [1, 2, 3])
def test_in_other_axes_they_take_the_same_values(dimension: int) -> None:
    rng = np.random.default_rng(dimension)
    terms = Terms.of(dimension, 4)
    axes, shift = rng.normal(size=(dimension, dimension)), rng.normal(size=dimension)
    rows = rng.normal(size=(6, dimension))
    moved = terms.values(rows @ axes.T + shift)
    np.testing.assert_allclose(moved, terms.values(rows) @ terms.in_axes(axes, shift).T, rtol=1e-9, atol=1e-9)
