"""Levels that are numbers: a trend is seen and told, with what takes the numbers as such."""

from __future__ import annotations

import numpy as np
import pytest

import symcat
from symcat.models.potts.ordered import ORDERED

Table = dict[str, np.ndarray]


def answers(n: int, together: float, seed: int = 0, columns: int = 3) -> Table:
    """To questions with five answers each, which share a part of their variance."""
    rng = np.random.default_rng(seed)
    z = together * rng.normal(size=(n, 1)) + rng.normal(size=(n, columns))
    levels = np.clip(np.round(z + 3.0), 1, 5).astype(int)
    return {f"q{j + 1}": levels[:, j] for j in range(columns)}


def the_check(s: symcat.Solution) -> object:
    return next((check for check in s.checks if check.name == ORDERED), None)


def test_a_trend_is_seen_that_independent_columns_miss() -> None:
    s = symcat.solve(answers(300, 0.7, columns=2), classes=["potts.independent"])
    check = the_check(s)
    assert not check.passed
    assert check.decides
    assert check.p_value < 1e-4
    assert "kinds={'q1': 'real', 'q2': 'real'} takes the numbers" in check.detail
    first, second = answers(300, 0.7, columns=2).values()
    r = np.corrcoef(first, second)[0, 1]
    assert f"correlation {r:.2f} of their numbers" in check.detail
    assert check.statistic**2 == pytest.approx(300 * r * r)


def test_what_was_fitted_is_only_told() -> None:
    check = the_check(symcat.solve(answers(300, 0.7), classes=["potts.pairwise"]))
    assert check.passed
    assert not check.decides
    assert "takes the numbers" in check.detail


def test_nothing_is_told_without_a_trend_nor_of_text() -> None:
    table = answers(300, 0.0)
    assert the_check(symcat.solve(table, classes=["potts.pairwise"])) is None
    texts = {name: np.array([f"level {k}" for k in values]) for name, values in answers(300, 0.7).items()}
    assert the_check(symcat.solve(texts, classes=["potts.pairwise"])) is None


def test_a_true_class_is_rejected_as_rarely_as_it_should() -> None:
    p = np.array(
        [the_check(symcat.solve(answers(100, 0.0, seed), classes=["potts.independent"])).p_value for seed in range(60)]
    )
    assert 0.3 < p.mean() < 0.7
    assert p.min() > 1e-3


def test_the_answer_says_how_levels_become_numbers() -> None:
    assert "as numbers by kinds={'q1': 'real', 'q2': 'real', ...}" in " ".join(
        str(symcat.solve(answers(200, 0.5))).split()
    )
