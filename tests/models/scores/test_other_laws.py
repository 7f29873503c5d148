"""Columns with a class each, joined by Student's copula or by a hidden category of their scores."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import symcat
from symcat.models.scores.densities import residuals_of_mixtures, residuals_of_students
from symcat.models.scores.pattern import Pattern
from symcat.models.scores.student_copula import Copula, likeliest

STUDENT, HIDDEN = "scores(student)", "scores(hidden.gaussian)"
R = np.array([[1.0, 0.5], [0.5, 1.0]])


def tails(n: int, seed: int = 0) -> dict[str, np.ndarray]:
    """A gamma and a lognormal column with Student's copula of three degrees of freedom."""
    u = stats.norm.cdf(Copula(R, 3.0).sample(n, np.random.default_rng(seed)))
    return {"wait": stats.gamma(2.0).ppf(u[:, 0]), "pay": stats.lognorm(0.5).ppf(u[:, 1])}


def curve(n: int, seed: int = 0) -> dict[str, np.ndarray]:
    """A column that is a parabola of another, but for noise, and skewed."""
    t, noise = np.random.default_rng(seed).normal(size=(2, n))
    return {"wait": np.exp(0.5 * t), "pay": t * t + 0.3 * noise}


@pytest.fixture(scope="module")
def student() -> symcat.Solution:
    return symcat.solve(tails(2000), classes=[STUDENT])


@pytest.fixture(scope="module")
def hidden() -> symcat.Solution:
    return symcat.solve(curve(600), classes=[HIDDEN])


def test_tails_that_go_together_are_found_and_chosen(student: symcat.Solution) -> None:
    error = student.standard_errors
    assert abs(student.parameters["correlation"][0, 1] - 0.5) < 4.0 * error["correlation"][0, 1]
    assert abs(student.parameters["degrees_of_freedom"] - 3.0) < 4.0 * error["degrees_of_freedom"]
    assert 0.1 < error["degrees_of_freedom"] < 0.6
    gaussian = symcat.solve(tails(2000), classes=["scores(gaussian.full)"])
    assert student.bic < gaussian.bic
    assert student.verdict == "fits"
    assert gaussian.verdict == "misfit"


@pytest.mark.parametrize("name", ["student", "hidden"])
def test_the_log_likelihood_is_the_sum_of_log_densities(name: str, request: pytest.FixtureRequest) -> None:
    found = request.getfixturevalue(name)
    rows = tails(2000) if name == "student" else curve(600)
    assert found.log_density(rows).sum() == pytest.approx(found.log_likelihood, rel=1e-10)
    drawn = found.sample(2000, seed=1)
    spread = found.log_density(drawn).std() / np.sqrt(2000)
    assert found.log_density(drawn).mean() == pytest.approx(found.log_likelihood / found.n_rows, abs=6.0 * spread)


def test_scores_with_no_tails_are_gaussian() -> None:
    z = np.random.default_rng(0).normal(size=(400, 2))
    z *= np.sqrt(2.0) / np.linalg.norm(z, axis=1)[:, None]  # no row is far
    found = likeliest(np.eye(2), None, [(z, np.ones(400))], Pattern.full(2))
    assert isinstance(found, str)
    assert "Gaussian" in found


def test_the_copula_is_at_the_top_of_its_likelihood() -> None:
    z = Copula(R, 4.0).sample(1500, np.random.default_rng(3))
    found = likeliest(R, None, [(z, np.ones(1500))], Pattern.full(2))
    assert not isinstance(found, str)
    slopes = found[0].slopes(z, Pattern.full(2))
    assert np.abs(slopes.mean(axis=0) / slopes.std(axis=0)).max() < 1e-3


def test_a_hidden_category_describes_a_curve(hidden: symcat.Solution) -> None:
    assert hidden.verdict == "fits"
    assert symcat.solve(curve(600), classes=["scores(gaussian.full)"]).bic > hidden.bic + 100.0
    rows = np.stack(list(curve(600).values()), axis=1)
    assert hidden.moment(1) == pytest.approx(rows.mean(axis=0), rel=0.05)
    assert hidden.moments()["covariance"] == pytest.approx(np.cov(rows.T), rel=0.25, abs=0.05)


@pytest.mark.parametrize("residuals", [residuals_of_students, residuals_of_mixtures])
def test_densities_have_integrals_of_one(residuals: Any) -> None:
    assert max(residuals(3, np.random.default_rng(0))) < 1e-7


@pytest.mark.long
@pytest.mark.slow
def test_errors_of_the_scores_are_their_spread_over_samples() -> None:
    found = [symcat.solve(tails(600, seed), classes=[STUDENT]) for seed in range(40)]
    for of in (lambda v: v["correlation"][0, 1], lambda v: np.log(v["degrees_of_freedom"])):
        values = np.array([of(one.parameters) for one in found])
        assert np.isfinite(values).all()
    correlation = np.array([one.parameters["correlation"][0, 1] for one in found])
    told = np.array([one.standard_errors["correlation"][0, 1] for one in found])
    assert np.median(told) == pytest.approx(correlation.std(), rel=0.35)
