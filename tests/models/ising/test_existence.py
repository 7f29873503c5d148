"""Data whose likelihood has no finite maximum: what never occurs is named, and the answer is stated or refused."""

from __future__ import annotations

import numpy as np
import pytest

from tests.models.ising.tables import fitted, signs


def table(n: int = 400, d: int = 5) -> np.ndarray:
    return np.random.default_rng(1).random((n, d)) < 0.4


def told(rows: np.ndarray, label: str = "ising.pairwise") -> str:
    """What the check of the maximum says."""
    check = fitted(label, signs(rows))[1]["finite maximum"]
    assert not check.passed[0]
    return check.detail(0)


def why(rows: np.ndarray, label: str = "ising.pairwise") -> str:
    """Why there is no answer without a prior."""
    return fitted(label, signs(rows), prior=None)[0].why(0)


def test_a_pair_that_never_co_occurs_is_named_and_the_prior_stated() -> None:
    x = table()
    x[x[:, 1], 3] = False
    detail = told(x)
    assert "1 pair never both +1: (x1, x3)" in detail
    assert "prior worth 1 row" in detail
    assert "standard errors" in detail
    fit, _ = fitted("ising.pairwise", signs(x))
    assert np.isfinite(fit.parameters["J"]).all()
    assert np.abs(fit.parameters["J"]).max() < 3.0
    assert "no finite maximum (1 pair never both +1: (x1, x3)): ask for prior=" in why(x)


def test_a_constant_column_is_named() -> None:
    x = table()
    x[:, 2] = False
    assert "column 'x2' is always -1" in told(x)
    assert "'x2' is always -1" in why(x, "ising.independent")


def test_columns_that_are_copies_or_opposites() -> None:
    x = table()
    x[:, 1] = x[:, 0]
    x[:, 4] = ~x[:, 3]
    assert "(x0, x1)" in told(x)
    assert "(x3, x4)" in told(x)
    assert np.abs(fitted("ising.pairwise", signs(x))[0].parameters["J"]).max() < 10.0


def test_separable_beyond_pairs() -> None:
    """No two of the rows' columns exclude each other, yet a combination of three never occurs: the answer says so."""
    s = signs(table(4000, 3))
    kept = s[~((s[:, 0] * s[:, 1] + s[:, 1] * s[:, 2] + s[:, 0] * s[:, 2]) == 3.0)]  # never all equal
    detail = told(kept > 0.0)
    assert "x0, x1, x2 never take the values (-1, -1, -1), (+1, +1, +1) together" in detail
    assert "prior worth 1 row" in detail
    assert np.abs(fitted("ising.pairwise", kept)[0].parameters["J"]).max() < 10.0
    assert "no finite maximum (the columns x0, x1, x2 never take" in why(kept > 0.0)


def test_a_prior_asked_for_is_always_added() -> None:
    s = signs(table(100, 3))
    plain, checks = fitted("ising.pairwise", s)
    strong, with_prior = fitted("ising.pairwise", s, prior=1e4)
    assert "finite maximum" not in checks
    assert "prior worth 10000 rows" in with_prior["finite maximum"].detail(0)
    assert with_prior["finite maximum"].passed[0]  # it was not needed
    assert np.abs(strong.parameters["h"]).max() < 0.01 * np.abs(plain.parameters["h"]).max() + 0.01


def test_the_weak_prior_leaves_the_rest_where_it_was() -> None:
    """With many rows, the couplings that the data determine agree with those of the states that may occur."""
    x = np.random.default_rng(2).random((50_000, 6)) < 0.3
    x[x[:, 0], 1] = False
    whole, _ = fitted("ising.pairwise", signs(x))
    rest, _ = fitted("ising.pairwise", signs(x[:, 2:]))
    error = rest.standard_errors["J"][0] + np.eye(4)
    assert (np.abs(whole.parameters["J"][0, 2:, 2:] - rest.parameters["J"][0]) / error).max() < 0.5


@pytest.mark.parametrize("label", ["ising.curie_weiss", "ising.ring"])
def test_rows_at_the_edge_of_a_symmetric_class(label: str) -> None:
    x = np.zeros((50, 4), dtype=bool)
    x[::2] = True  # only all up and all down
    fit, _ = fitted(label, signs(x))
    assert abs(fit.parameters["J"][0]) < 10.0
    assert "no finite maximum" in why(x, label)
