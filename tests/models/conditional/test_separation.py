"""Separation is found exactly, whichever way it is looked for."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st

from symcat.data.moments import Floats
from symcat.errors import InvalidData
from symcat.models.conditional.log_odds import LogOdds
from symcat.models.conditional.rows import Rows
from symcat.models.conditional.search import maximum
from symcat.models.conditional.separation import separated

NAMES = "abcdef"


def in_words(x: Floats, up: Floats) -> str:
    design = np.column_stack([np.ones(len(x)), x])
    return separated(design, np.ones(len(x)), up.astype(np.float64), NAMES)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(6, 40), st.integers(1, 3))
def test_newton_ends_exactly_where_no_linear_program_separates(seed: int, n: int, p: int) -> None:
    """Small whole numbers: ties, quasi-separation and overlap by single rows all occur."""
    dice = np.random.default_rng(seed)
    x = dice.integers(-2, 3, size=(n, p)).astype(float)
    up = dice.random(n) < 1.0 / (1.0 + np.exp(-4.0 * dice.random() * x[:, 0]))
    design = np.column_stack([np.ones(n), x])
    if np.linalg.matrix_rank(design) <= p or up.all() or not up.any():
        return
    signed = design * np.where(up, 1.0, -1.0)[:, None]
    whole = scipy.optimize.linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(n), bounds=(-1.0, 1.0))
    assert bool(in_words(x, up)) == (-whole.fun > 1e-6)
    rows = Rows(np.column_stack([x, np.where(up, 1.0, -1.0)]), np.ones(n), everything=True)
    start = LogOdds(p, np.zeros(p + 1), np.zeros((p + 1, p + 1)), np.zeros(p))
    if -whole.fun > 1e-6:
        with pytest.raises(InvalidData, match="separates"):
            maximum(rows, start, np.ones(p), NAMES, None)
        assert maximum(rows, start, np.ones(p), NAMES, "weak").prior_rows == 1.0
        return
    found = maximum(rows, start, np.ones(p), NAMES, None)
    probability = 1.0 / (1.0 + np.exp(-design @ found.odds.coefficients))
    np.testing.assert_allclose(design.T @ (up - probability), 0.0, atol=1e-8)


def test_which_columns_and_how_many_rows() -> None:
    x = np.column_stack([np.arange(10.0), np.tile([0.0, 1.0], 5)])
    assert in_words(x, x[:, 0] > 4) == "'a' separates the two values of the target in all rows"
    one_side = x[:, 1] * (np.arange(10) > 2)  # never without b, mostly with it
    said = in_words(x[:, 1:], one_side > 0)
    assert said == "'a' separates the two values of the target in 5 of 10 rows, and is nowhere against it"
    assert in_words(x[:, :1], np.isin(np.arange(10), [1, 3, 6, 8])) == ""


def test_many_rows_are_looked_at_as_they_are_needed(rng: np.random.Generator) -> None:
    x = rng.standard_normal((200_000, 4))
    plane = x @ [1.0, -2.0, 0.5, 0.0] > 0.3
    assert in_words(x, plane).startswith("a combination of 'a', 'b', 'c' separates")
    worst = np.abs(x @ [1.0, -2.0, 0.5, 0.0] - 0.3).argmax()
    plane[worst] = not plane[worst]
    assert in_words(x, plane) == ""


def test_well_known_tables_that_are_separated() -> None:
    """Whole numbers apart at 4.5; two of them swapped overlap."""
    x = np.arange(10.0)[:, None]
    up = x[:, 0] > 4
    assert "in all rows" in in_words(x, up)
    up[[4, 5]] = up[[5, 4]]
    assert in_words(x, up) == ""
