"""Quartics in Hermite polynomials: orthogonality, and there and back."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.models.polynomial.series.hermite import Hermites, couplings_of, squared, tensors_of
from symcat.models.polynomial.tensors import energy
from tests.models.polynomial.series.quartics import weak


def _gauss(d: int, points: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Nodes (n, d) and weights (n,) of the rule of Gauss and Hermite for the standard Gaussian."""
    node, weight = np.polynomial.hermite_e.hermegauss(points)
    grid = np.meshgrid(*[node] * d, indexing="ij")
    of_grid = np.meshgrid(*[weight / weight.sum()] * d, indexing="ij")
    return np.stack([one.ravel() for one in grid], axis=1), np.prod([one.ravel() for one in of_grid], axis=0)


@pytest.mark.parametrize("d", [1, 2, 3])
def test_the_products_are_orthogonal(d: int) -> None:
    rows, weight = _gauss(d)
    values = Hermites.of(d).values(rows)
    joint = (values * weight[:, None]).T @ values
    np.testing.assert_allclose(joint, np.diag(Hermites.of(d).norms), atol=1e-11)


def test_monomials_are_sums_of_products() -> None:
    hermites, rows = Hermites.of(3), np.random.default_rng(0).normal(size=(20, 3))
    np.testing.assert_allclose(hermites.values(rows) @ hermites.of_monomials.T, hermites.terms.values(rows), atol=1e-12)


@pytest.mark.parametrize("d", [1, 2, 4])
def test_a_quartic_is_what_its_tensors_say(d: int) -> None:
    couplings = weak(d, 0.3, np.random.default_rng(d))
    v0, tensors = tensors_of(couplings)
    hermites, rows = Hermites.of(d), np.random.default_rng(1).normal(size=(50, d))
    beyond = hermites.values(rows) @ (hermites.entries(tensors) / hermites.norms)
    np.testing.assert_allclose(0.5 * (rows**2).sum(axis=1) + v0 + beyond, energy(couplings, rows))
    in_monomials = hermites.terms.values(rows) @ hermites.in_monomials(tensors)
    np.testing.assert_allclose(in_monomials, beyond)
    for name, value in couplings_of(tensors).items():
        np.testing.assert_allclose(value, couplings[name], atol=1e-12)


def test_the_mean_square_under_the_gaussian() -> None:
    _, tensors = tensors_of(weak(2, 0.3, np.random.default_rng(5)))
    hermites = Hermites.of(2)
    rows, weight = _gauss(2)
    v = hermites.values(rows) @ (hermites.entries(tensors) / hermites.norms)
    assert weight @ v**2 == pytest.approx(squared(tensors))
