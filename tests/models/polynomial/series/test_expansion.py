"""The catalogue's diagrams, contracted for one table."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from symcat import catalogue
from symcat.errors import CatalogueError
from symcat.models.polynomial.series.expansion import COUPLINGS, Expansion, symmetric
from symcat.models.tables import Term

REFERENCE = Path(__file__).parents[5] / "shared" / "reference" / "cumulant_inversion.json"
ONE = {"h": "linear", "K": "r", "g": "g", "u": "u"}
"""The targets in the reference of one column."""


@pytest.fixture(scope="module")
def expansion() -> Expansion:
    return Expansion.of(catalogue.default().terms("polynomial.quartic"))


def _random(d: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return symmetric(rng.normal(size=(d,) * 3)), symmetric(rng.normal(size=(d,) * 4))


def test_in_one_column_it_is_the_reference(expansion: Expansion) -> None:
    if not REFERENCE.exists():
        pytest.skip("the reference numbers are not beside the repository")
    known = json.loads(REFERENCE.read_text())
    k3, k4 = 0.7, -0.4
    found = expansion.at(np.full((1,) * 3, k3), np.full((1,) * 4, k4))
    for target, name in ONE.items():
        for order, value in found[target].items():
            terms = [term for term in known[name] if term["order"] == order]
            exact = sum(_number(term["coefficient"]) * k3 ** term["k3"] * k4 ** term["k4"] for term in terms)
            assert value.item() == pytest.approx(exact, rel=1e-12), (target, order)


def test_the_lowest_orders(expansion: Expansion) -> None:
    """``g = -k3``, ``u = -k4 + 3 k3 k3``, and K as the first diagrams of the couplings have it."""
    k3, k4 = _random(3, 5)
    found = expansion.at(k3, k4)
    np.testing.assert_allclose(found["g"][1], -k3)
    u = -k4 + 3.0 * symmetric(np.einsum("ijm,mkl->ijkl", k3, k3))
    np.testing.assert_allclose(found["u"][2], u, atol=1e-12)
    np.testing.assert_allclose(found["K"][0], np.eye(3))
    second = -0.5 * np.einsum("ijkk->ij", u) + 0.5 * np.einsum("ikl,jkl->ij", k3, k3)
    np.testing.assert_allclose(found["K"][2], second, atol=1e-12)
    np.testing.assert_allclose(found["h"][1], 0.5 * np.einsum("ikk->i", k3))


def _number(text: str) -> float:
    top, _, bottom = text.partition("/")
    return int(top) / int(bottom or 1)


def test_turned_columns_have_turned_couplings(expansion: Expansion) -> None:
    k3, k4 = _random(3, 0)
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0]
    there = expansion.at(_turned(k3, turn), _turned(k4, turn))
    for target, orders in expansion.at(k3, k4).items():
        for order, value in orders.items():
            np.testing.assert_allclose(there[target][order], _turned(value, turn), atol=1e-9)


def _turned(tensor: np.ndarray, turn: np.ndarray) -> np.ndarray:
    for axis in range(tensor.ndim):
        tensor = np.moveaxis(np.tensordot(turn, tensor, axes=(1, axis)), 0, axis)
    return tensor


def test_independent_columns_have_couplings_of_their_own(expansion: Expansion) -> None:
    d, k3, k4 = 3, np.zeros((3,) * 3), np.zeros((3,) * 4)
    for j, (third, fourth) in enumerate([(0.3, -0.2), (0.0, 0.4), (-0.5, 0.1)]):
        k3[(j,) * 3], k4[(j,) * 4] = third, fourth
    found = expansion.at(k3, k4)
    for j in range(d):
        alone = expansion.at(np.full((1,) * 3, k3[(j,) * 3]), np.full((1,) * 4, k4[(j,) * 4]))
        for target, rank in COUPLINGS.items():
            for order, value in found[target].items():
                assert value[(j,) * rank] == pytest.approx(alone[target][order].item(), abs=1e-12)
    assert all(np.abs(value[0, 1]).max() < 1e-12 for value in found["u"].values())


def test_without_third_cumulants_they_are_zero(expansion: Expansion) -> None:
    _, k4 = _random(3, 2)
    even, whole = expansion.at(None, k4), expansion.at(np.zeros((3,) * 3), k4)
    for target, orders in whole.items():
        for order, value in orders.items():
            np.testing.assert_allclose(even[target][order], value, atol=1e-12)


def test_a_term_without_a_contraction_is_refused() -> None:
    with pytest.raises(CatalogueError, match="no contraction"):
        Expansion.of([Term("u", 2, "d^2", None, (1,), (1,))])
