"""Columns with a class each, and a quartic F of their scores."""

from __future__ import annotations

import numpy as np
import pytest

import symcat
from symcat.errors import SymcatError
from symcat.models.scores.densities import random_quartic, residuals_of_quartics
from symcat.models.scores.quartic_law import QuarticLaw

QUARTIC = "scores(polynomial.quartic)"


def curve(n: int, seed: int = 0) -> dict[str, np.ndarray]:
    """A column that leans on the square of another, both skewed."""
    t, noise = np.random.default_rng(seed).normal(size=(2, n))
    return {"wait": np.exp(0.5 * t), "pay": np.exp(0.4 * (0.6 * t * t + noise))}


@pytest.fixture(scope="module")
def answer() -> symcat.Solution:
    return symcat.solve(curve(600), classes=[QUARTIC])


def test_a_curve_is_described_by_couplings(answer: symcat.Solution) -> None:
    assert answer.source == "exact"
    assert answer.verdict == "fits"
    assert answer.bic < symcat.solve(curve(600), classes=["scores(gaussian.full)"]).bic - 100.0
    g, error = answer.parameters["g"], answer.standard_errors["g"]
    assert abs(g[0, 0, 1]) > 5.0 * error[0, 0, 1]


def test_the_log_likelihood_is_the_sum_of_log_densities(answer: symcat.Solution) -> None:
    assert answer.log_density(curve(600)).sum() == pytest.approx(answer.log_likelihood, rel=1e-9)
    drawn = answer.sample(2000, seed=1)
    spread = answer.log_density(drawn).std() / np.sqrt(2000)
    assert answer.log_density(drawn).mean() == pytest.approx(answer.log_likelihood / answer.n_rows, abs=6.0 * spread)
    assert answer.moment(1) == pytest.approx(drawn.mean(axis=0), rel=0.1)


def test_given_one_column_the_other_has_a_quartic_again(answer: symcat.Solution) -> None:
    rest = answer.given(pay=1.2)
    x = np.linspace(0.02, 8.0, 4000)
    density = np.exp(rest.log_density(x))
    assert density.sum() * (x[1] - x[0]) == pytest.approx(1.0, abs=1e-4)
    joint = answer.log_density({"wait": x, "pay": np.full(len(x), 1.2)})
    apart = (joint - rest.log_density(x))[density > 1e-6]
    np.testing.assert_allclose(apart, apart[0], atol=1e-8)
    assert rest.moment(1) == pytest.approx((density * x).sum() * (x[1] - x[0]), rel=1e-3)
    assert rest.cdf(rest.ppf(0.3)) == pytest.approx(0.3, abs=1e-6)


def test_densities_have_integrals_of_one() -> None:
    assert max(residuals_of_quartics(1, np.random.default_rng(0))) < 1e-7


def test_rows_have_the_moments_of_the_integrals() -> None:
    law = QuarticLaw(random_quartic(np.random.default_rng(3)))
    drawn = law.sample(20_000, np.random.default_rng(0))
    np.testing.assert_allclose(drawn.mean(axis=0), law.grid.mean, atol=0.05)
    np.testing.assert_allclose(np.cov(drawn.T), law.grid.covariance, atol=0.08)


@pytest.mark.parametrize("d", [2, 5])
def test_behind_a_hill_the_density_does_not_rise_again(d: int) -> None:
    u = np.zeros((d,) * 4)
    u[0, 0, 0, 0] = -0.3  # z^2 / 2 - z^4 / 80: a hill of 5 nats at 4.5 ...
    k = np.eye(d)
    k[0, 0] = 2.0  # ... and of 20 at 6.3 where K is 2
    law = QuarticLaw({"h": np.zeros(d), "K": k, "g": np.zeros((d,) * 3), "u": u})
    far = np.zeros((3, d))
    far[:, 0] = 6.3, 8.0, 12.0
    np.testing.assert_allclose(law.energy(far), 20.0, atol=0.05)
    assert law.hidden_rows(far[1:]) == 2
    drawn = law.sample(4000, np.random.default_rng(0))
    assert np.abs(drawn).max() < 6.3
    assert drawn[:, 1].std() == pytest.approx(1.0, abs=0.05)


def test_weights_that_are_no_counts_are_refused() -> None:
    rows = curve(200) | {"w": np.random.default_rng(0).random(200) + 0.5}
    with pytest.raises(SymcatError, match="weights"):
        symcat.solve(rows, classes=[QUARTIC], weights="w", fallback=None)


@pytest.mark.slow
def test_five_columns_follow_from_the_series() -> None:
    z = np.random.default_rng(0).normal(size=(30_000, 5))
    z = z[np.random.default_rng(1).random(len(z)) < np.exp(-0.01 * (z**2).sum(axis=1) ** 2 / 8)]
    found = symcat.solve(np.exp(0.3 * z), classes=[QUARTIC], fallback=None)
    assert found.source == "correction"
    assert found.verdict == "fits"
    assert found.log_density(np.exp(0.3 * z)).sum() == pytest.approx(found.log_likelihood, rel=1e-9)
    assert np.log(found.sample(4000, seed=0)).std(axis=0) == pytest.approx(0.3 * z.std(axis=0), rel=0.05)
    assert 0.8 < found.given(x0=1.0).moment(1)[0] < 1.3  # four scores are integrated over
