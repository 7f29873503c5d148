"""How far single rows move the correlations, the margins being fitted to the same rows."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import symcat
from symcat import catalogue
from symcat.data.ingest import opened
from symcat.models.fit import Fit
from symcat.question import Question
from symcat.strategies.pose import pose

FULL = "scores(gaussian.full)"


def fitted(data: dict[str, np.ndarray]) -> Fit:
    question = Question.of(classes=[FULL], counts="n")
    winner = pose(question, opened(data), catalogue.default()).weighed.winner()
    assert winner is not None
    return winner.fit


def test_a_row_that_counts_more_moves_them_as_said() -> None:
    n = 3000
    z = np.random.default_rng(2).normal(size=(n, 2)) @ np.linalg.cholesky([[1.0, 0.7], [0.7, 1.0]]).T
    data = {"a": stats.gamma(2.0).ppf(stats.norm.cdf(z[:, 0])), "b": np.exp(0.7 * z[:, 1])}
    before = fitted({**data, "n": np.ones(n, dtype=int)})
    assert before.moves is not None
    assert [part.label for part in before.parts] == ["gamma.scalar", "log(gaussian.full)"]
    rows = np.stack([data["a"], data["b"]], axis=1)
    moved = before.moves.of_rows(rows)
    for name, value in moved.items():
        assert np.abs(value.sum(axis=0)).max() < 1e-6 * np.abs(value).sum(axis=0).max(), name
    for row in (0, 17, int(data["a"].argmax())):
        times = np.ones(n, dtype=int)
        times[row] = 2
        after = fitted({**data, "n": times})
        for name in ("correlation", "a.shape", "b.mean"):
            change = (after.parameters[name] - before.parameters[name])[0]
            size = np.abs(moved[name]).max()
            assert change == pytest.approx(moved[name][row], abs=0.02 * size), name


def test_robust_errors_know_of_the_margins() -> None:
    """Of Gaussian columns they are those of the sample correlation, (1 - r^2) / sqrt(n), not of known variances."""
    rows = np.random.default_rng(0).normal(size=(4000, 2)) @ np.linalg.cholesky([[1.0, 0.8], [0.8, 1.0]]).T
    found = symcat.solve(rows, classes=[FULL])
    assert found.robust_standard_errors["correlation"][0, 1] == pytest.approx(0.36 / np.sqrt(4000), rel=0.08)
