"""One column given the others: the rows against exact integrals, and against averages of powers of V."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from builders.diagrams import given
from symcat.models.polynomial.series.expansion import symmetric

ROWS = given.rows("polynomial.quartic", "")


def test_orders_against_powers_of_v() -> None:
    assert given.check_given("polynomial.quartic", ROWS, 5, np.random.default_rng(0), "fast")["passed"]


def test_a_wrong_weight_is_noticed() -> None:
    wrong = [{**row, "weight": str(-Fraction(str(row["weight"])))} if k == 3 else row for k, row in enumerate(ROWS)]
    assert not given.check_given("polynomial.quartic", wrong, 5, np.random.default_rng(0), "fast")["passed"]


def test_the_first_order_is_known() -> None:
    """``-(g_yzz + g_yyy) / 2 - u_yzzz / 6 - u_yyyz / 2`` and ``-g_yyz - (u_yyzz + u_yyyy) / 2``."""
    first = {(row["target"], row["subscripts"]): row["weight"] for row in ROWS if row["order"] == 1}
    assert first == {
        ("mean_given", "iaa->i"): "-1/2",
        ("mean_given", "ijk->ijk"): "-1/2",
        ("mean_given", "iaaj->ij"): "-1/2",
        ("mean_given", "ijkl->ijkl"): "-1/6",
        ("variance_given", "ijk->ijk"): "-1",
        ("variance_given", "ijaa->ij"): "-1/2",
        ("variance_given", "ijkl->ijkl"): "-1/2",
    }


@pytest.mark.parametrize("order", [1, 2])
def test_the_error_against_integration_falls_by_the_next_order(order: int) -> None:
    """Three columns, couplings that are halved: log-log slope of the error of mean and variance of y given x."""
    rng, d = np.random.default_rng(1), 3
    g, u = symmetric(rng.normal(size=(d,) * 3)), np.zeros((d,) * 4)
    for e in np.eye(d):
        u += np.einsum("i,j,k,l->ijkl", e, e, e, e)
    k = np.array([[1.0, 0.4, -0.3], [0.4, 1.5, 0.1], [-0.3, 0.1, 1.2]])  # K_yy is 1
    x = np.array([0.7, -1.1])
    z = np.array([-k[0, 1:] @ x, *x])
    errors = []
    for size in (0.02, 0.01):
        s = np.linspace(-12.0, 12.0, 4001)
        rows = z + s[:, None] * np.eye(d)[0]
        f = 0.5 * s * s + size * np.einsum("ijk,ni,nj,nk->n", g, rows, rows, rows) / 6.0
        f += size * np.einsum("ijkl,ni,nj,nk,nl->n", u, rows, rows, rows, rows) / 24.0
        weight = np.exp(f.min() - f)
        mean = weight @ s / weight.sum()
        exact = {"mean_given": mean, "variance_given": weight @ s**2 / weight.sum() - mean**2 - 1.0}
        vertices = given.vertices_of(size * g, size * u, z, 0)
        exactly = {degree: [Fraction(value) for value in of] for degree, of in vertices.items()}
        errors.append(
            [
                exact[target] - sum(float(given.summed(ROWS, target, o, exactly)) for o in range(1, order + 1))
                for target in given.TARGETS
            ]
        )
    slopes = np.log2(np.abs(np.array(errors[0]) / np.array(errors[1])))
    np.testing.assert_allclose(slopes, order + 1, atol=0.2)
