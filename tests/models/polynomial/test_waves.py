"""Rows against rows drawn of an answer, with what the fit has absorbed taken out."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np

from symcat.models.polynomial import waves


def statistics(y: np.ndarray) -> np.ndarray:
    """All monomials to degree four."""
    every = [c for k in range(1, 5) for c in combinations_with_replacement(range(y.shape[1]), k)]
    return np.stack([np.prod(y[:, list(c)], axis=1) for c in every], axis=1)


def p_value(rows: np.ndarray, drawn: np.ndarray) -> float:
    found = waves.against_drawn(rows, drawn, statistics(rows), statistics(drawn), (), even=False)
    return float(waves.check(found, ["a", "b", "c"]).p_value[0])


def test_rows_of_the_answer_pass_and_others_do_not() -> None:
    rng = np.random.default_rng(0)
    passed = [p_value(rng.normal(size=(4000, 3)), rng.normal(size=(4096, 3))) for _ in range(12)]
    assert min(passed) > 0.001
    assert 0.2 < np.median(passed) < 0.8
    # The first four moments of the columns are a Gaussian's: three points, at 0 and where the kurtosis is 3.
    columns = rng.choice([-np.sqrt(3.0), 0.0, np.sqrt(3.0)], p=[1 / 6, 2 / 3, 1 / 6], size=(4000, 3))
    assert p_value(columns, rng.normal(size=(4096, 3))) < 1e-6
