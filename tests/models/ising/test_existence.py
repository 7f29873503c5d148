"""Data whose likelihood has no finite maximum: what never occurs is named, and the answer is stated or refused."""

from __future__ import annotations

import numpy as np
import pytest

import symcat

RNG = np.random.default_rng(0)


def table(n: int = 400, d: int = 5) -> np.ndarray:
    return np.random.default_rng(1).random((n, d)) < 0.4


def test_a_pair_that_never_co_occurs_is_named_and_the_prior_stated() -> None:
    x = table()
    x[x[:, 1], 3] = False
    s = symcat.solve(x, classes=["ising.pairwise"])
    check = next(c for c in s.checks if c.name == "finite maximum")
    assert not check.passed
    assert "1 pair never both +1: (x1, x3)" in check.detail
    assert "prior worth 1 row" in check.detail
    assert "standard errors" in check.detail
    assert np.isfinite(s.parameters["J"]).all()
    assert np.abs(s.parameters["J"]).max() < 3.0
    with pytest.raises(symcat.NoEntry, match=r"no finite maximum \(1 pair never both \+1: \(x1, x3\)\).*prior="):
        symcat.solve(x, classes=["ising.pairwise"], prior=None)


def test_a_constant_column_is_named() -> None:
    x = table()
    x[:, 2] = False
    s = symcat.solve(x, classes=["ising.pairwise"])
    assert "column 'x2' is always -1" in next(c for c in s.checks if c.name == "finite maximum").detail
    with pytest.raises(symcat.NoEntry, match="'x2' is always -1"):
        symcat.solve(x, classes=["ising.independent"], prior=None)


def test_columns_that_are_copies_or_opposites() -> None:
    x = table()
    x[:, 1] = x[:, 0]
    x[:, 4] = ~x[:, 3]
    s = symcat.solve(x, classes=["ising.pairwise"])
    detail = next(c for c in s.checks if c.name == "finite maximum").detail
    assert "(x0, x1)" in detail
    assert "(x3, x4)" in detail
    assert np.abs(s.parameters["J"]).max() < 10.0


def test_separable_beyond_pairs() -> None:
    """No two of the rows' columns exclude each other, yet a combination of three never occurs: the answer says so."""
    x = table(4000, 3)
    s = 2.0 * x - 1.0
    kept = ~((s[:, 0] * s[:, 1] + s[:, 1] * s[:, 2] + s[:, 0] * s[:, 2]) == 3.0)  # never all equal
    found = symcat.solve(x[kept], classes=["ising.pairwise"])
    detail = next(c for c in found.checks if c.name == "finite maximum").detail
    assert "x0, x1, x2 never take the values (-1, -1, -1), (+1, +1, +1) together" in detail
    assert "prior worth 1 row" in detail
    assert np.abs(found.parameters["J"]).max() < 10.0
    with pytest.raises(symcat.NoEntry, match=r"no finite maximum \(the columns x0, x1, x2 never take"):
        symcat.solve(x[kept], classes=["ising.pairwise"], prior=None)


def test_a_prior_asked_for_is_always_added() -> None:
    x = table(100, 3)
    plain = symcat.solve(x, classes=["ising.pairwise"])
    strong = symcat.solve(x, classes=["ising.pairwise"], prior=1e4)
    assert not [c for c in plain.checks if c.name == "finite maximum"]
    assert "prior worth 10000 rows" in next(c for c in strong.checks if c.name == "finite maximum").detail
    assert np.abs(strong.parameters["h"]).max() < 0.01 * np.abs(plain.parameters["h"]).max() + 0.01


def test_the_weak_prior_leaves_the_rest_where_it_was() -> None:
    """With many rows, the couplings that the data determine agree with those of the states that may occur."""
    x = np.random.default_rng(2).random((50_000, 6)) < 0.3
    x[x[:, 0], 1] = False
    s = symcat.solve(x, classes=["ising.pairwise"])
    rest = symcat.solve(x[:, 2:], classes=["ising.pairwise"])
    error = rest.standard_errors["J"] + np.eye(4)
    assert (np.abs(s.parameters["J"][2:, 2:] - rest.parameters["J"]) / error).max() < 0.5


@pytest.mark.parametrize("label", ["ising.curie_weiss", "ising.ring"])
def test_rows_at_the_edge_of_a_symmetric_class(label: str) -> None:
    x = np.zeros((50, 4), dtype=bool)
    x[::2] = True  # only all up and all down
    s = symcat.solve(x, classes=[label])
    assert np.isfinite(s.parameters["J"])
    assert abs(s.parameters["J"]) < 10.0
    with pytest.raises(symcat.NoEntry, match="no finite maximum"):
        symcat.solve(x, classes=[label], prior=None)
