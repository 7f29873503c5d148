"""Derivatives of the likelihood, steps that never lower it, cells that keep what they hold, and the starts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from symcat.models.hidden.cells import condensed, distinct
from symcat.models.hidden.choice import chosen
from symcat.models.hidden.em import climbed, fitted_shares
from symcat.models.hidden.line_search import LineSearch
from symcat.models.hidden.mixture import Cells, Mixture
from symcat.models.hidden.newton import maximum, scores, slope_at
from symcat.models.hidden.replay import law_of
from symcat.models.hidden.resolution import fewest_rows, narrowest

MIXTURE = Mixture(np.array([0.2, 0.5, 0.3]), np.array([-1.0, 0.3, 2.0]), np.array([0.4, 1.2, 0.7]))
ROWS = np.random.default_rng(0).normal(0.5, 1.5, size=200)


@pytest.mark.parametrize("weighted", [False, True])
def test_derivatives(weighted: bool) -> None:
    counts = np.random.default_rng(1).random(200) if weighted else None
    h, axes = 1e-4, np.eye(9)

    def value(step: np.ndarray) -> float:
        return slope_at(
            MIXTURE.moved(step, 0.0),
            [
                (ROWS[:80], None if counts is None else counts[:80]),
                (ROWS[80:], None if counts is None else counts[80:]),
            ],
        ).value

    slope = slope_at(MIXTURE, [(ROWS, counts)])
    exact = np.log(
        sum(
            w * stats.norm.pdf(ROWS, m, s)
            for w, m, s in zip(MIXTURE.weights, MIXTURE.means, MIXTURE.spreads, strict=True)
        )
    )
    assert slope.value == pytest.approx(exact.sum() if counts is None else counts @ exact, rel=1e-12)
    gradient = [(value(h * e) - value(-h * e)) / (2 * h) for e in axes]
    hessian = [
        [
            (value(h * (a + b)) - value(h * (a - b)) - value(h * (b - a)) + value(-h * (a + b))) / (4 * h * h)
            for a in axes
        ]
        for b in axes
    ]
    np.testing.assert_allclose(slope.gradient, gradient, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(slope.hessian, hessian, rtol=1e-4, atol=2e-3)
    if counts is None:
        np.testing.assert_allclose(scores(MIXTURE, ROWS).sum(axis=0), slope.gradient, atol=1e-9)


def test_steps_of_em_never_lower_the_likelihood() -> None:
    rows = law_of(MIXTURE).sample(2000, np.random.default_rng(7))[:, 0]
    cells, here = Cells(rows, np.ones(2000)), [MIXTURE]
    values = []
    for _ in range(30):
        ((value, after),) = climbed(here, cells, 1e-3, 1)
        values.append(value)
        here = [after]
    assert (np.diff(values) >= -1e-8).all()
    found = maximum(MIXTURE, [cells.piece], 1e-3)
    assert found is not None
    assert found[1].value >= values[-1] - 2000 * 0.5 * math.log(2.0 * math.pi)


def test_cells_keep_count_mean_and_variance() -> None:
    x = np.concatenate([np.random.default_rng(2).standard_cauchy(5000), np.full(700, 0.25)])
    cells = condensed([(x[:3000], None), (x[3000:], None)], x, 100)
    assert len(cells.values) < 220
    assert cells.total == pytest.approx(5700.0)
    assert cells.counts @ cells.values == pytest.approx(x.sum(), rel=1e-12)
    assert cells.within is not None
    assert cells.counts @ (cells.values**2 + cells.within) == pytest.approx(x @ x, rel=1e-10)
    assert cells.counts[cells.values == 0.25] >= 700.0


def test_distinct_values_are_counted() -> None:
    found = distinct([(np.array([2.0, 1.0, 2.0]), None), (np.array([1.0, 3.0]), np.array([0.5, 0.0]))])
    assert found is not None
    assert found.values.tolist() == [1.0, 2.0]
    assert found.counts.tolist() == [1.5, 2.0]


def test_the_resolution_is_the_step_of_rounded_values() -> None:
    x = np.unique(np.round(np.random.default_rng(3).normal(size=1000), 1))
    assert narrowest(x) == pytest.approx(0.1 / math.sqrt(2.0 * math.pi))
    assert [fewest_rows(d) for d in (1, 2, 4)] == [6, 12, 30]


def test_shares_of_equal_size_are_a_start() -> None:
    start = fitted_shares(Cells(np.sort(ROWS), np.ones(200)), 4)
    np.testing.assert_allclose(start.weights, 0.25)
    assert (np.diff(start.means) > 0.0).all()


def test_the_choice_is_the_same_whenever_it_is_asked_for() -> None:
    cells = distinct([(ROWS, None)])
    assert cells is not None
    one, other = (chosen(LineSearch(cells, cells, narrowest(cells.values), 200.0)) for _ in range(2))
    assert one.words == other.words
    assert one.words.startswith("1 component by BIC (above the least by components: 1: 0.0, 2: ")
    assert [tried.components for tried in one.tried] == [1, 2, 3]
