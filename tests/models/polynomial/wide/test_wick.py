"""Terms of one and two columns against the same tensors, and against rows of the Gaussian."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest

from symcat.models.polynomial.wide.form import Pairs, averages
from symcat.models.polynomial.wide.wick import Gaussian

D = 4


@pytest.fixture(scope="module")
def gaussian() -> Gaussian:
    one = np.random.default_rng(0).normal(size=(D, 6))
    covariance = one @ one.T
    scale = np.sqrt(np.diagonal(covariance))
    return Gaussian(covariance / np.outer(scale, scale))


@pytest.fixture(scope="module")
def pairs() -> Pairs:
    rng = np.random.default_rng(1)
    second, crossed = (one + one.T for one in rng.normal(size=(2, D, D)))
    np.fill_diagonal(crossed, 0.0)
    return Pairs(rng.normal(size=D), second, rng.normal(size=(D, D)), rng.normal(size=(D, D)), crossed)


@pytest.fixture(scope="module")
def tensors(pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
    g, u = np.zeros((D,) * 3), np.zeros((D,) * 4)
    for i, j in product(range(D), repeat=2):
        for p in permutations((i, i, j)):
            g[p] = pairs.third[i, j]
        for q in permutations((i, i, i, j)):
            u[q] = pairs.fourth[i, j]
        for q in permutations((i, i, j, j)) if i != j else ():
            u[q] = pairs.crossed[i, j]
    return g, u


def test_values_and_slopes(pairs: Pairs, tensors: tuple[np.ndarray, np.ndarray]) -> None:
    g, u = tensors
    y = np.random.default_rng(2).normal(size=(5, D))
    slopes = pairs.first + y @ pairs.second + np.einsum("ijk,nj,nk->ni", g, y, y) / 2.0
    slopes += np.einsum("ijkl,nj,nk,nl->ni", u, y, y, y) / 6.0
    np.testing.assert_allclose(pairs.slopes(y), slopes, atol=1e-12)
    np.testing.assert_allclose(pairs.along(y).sum(axis=0), pairs.values(y), atol=1e-12)


def test_the_first_order_is_the_tensors_with_the_correlation_on_every_index(
    gaussian: Gaussian, pairs: Pairs, tensors: tuple[np.ndarray, np.ndarray]
) -> None:
    r = gaussian.correlation
    g = np.einsum("abc,ai,bj,ck->ijk", tensors[0], r, r, r)
    u = np.einsum("abcd,ai,bj,ck,dl->ijkl", tensors[1], r, r, r, r)
    found = gaussian.covariance(pairs)
    np.testing.assert_allclose(found.third, np.einsum("iij->ij", g), atol=1e-12)
    np.testing.assert_allclose(found.fourth, np.einsum("iiij->ij", u), atol=1e-12)
    np.testing.assert_allclose(found.crossed, np.einsum("iijj->ij", u) * (1.0 - np.eye(D)), atol=1e-12)
    for one, other in zip(gaussian.solve(found).parts, pairs.parts, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-7)


def test_wick_powers_average_to_zero(gaussian: Gaussian) -> None:
    rows = np.random.default_rng(3).normal(size=(200_000, D)) @ gaussian.triangle.T
    for part in gaussian.wick(averages(rows)).parts:
        assert np.abs(part).max() < 0.1
