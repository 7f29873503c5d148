"""A real column given the others by the orders of a quartic F."""

from __future__ import annotations

import numpy as np
import pytest

import symcat
from symcat.errors import SymcatError

QUARTIC = "polynomial.quartic"
BOTH = ["gaussian.full", QUARTIC]


def table(n: int, cubic: float = 0.0, seed: int = 0) -> dict[str, np.ndarray]:
    """A column that is linear in two others, and weakly cubic in the first."""
    a, b, noise = np.random.default_rng(seed).normal(size=(3, n))
    return {"a": a, "b": 3.0 + b, "y": 1.0 + a - 0.5 * b + cubic * (a**3 + a * b) + 0.5 * noise}


@pytest.fixture(scope="module")
def bent() -> symcat.Solution:
    return symcat.solve(table(1000, 0.1), target="y", classes=BOTH)


def test_on_linear_data_it_is_least_squares() -> None:
    data = table(400)
    chosen, own = symcat.solve(data, target="y", classes=BOTH), symcat.solve(data, target="y", classes=[QUARTIC])
    assert chosen.label == "gaussian.full"
    x = {"a": data["a"], "b": data["b"]}
    np.testing.assert_allclose(own.predict(x), chosen.predict(x), atol=1e-12)
    assert own.bic == pytest.approx(chosen.bic, rel=1e-12)
    np.testing.assert_allclose(own.log_density(data), chosen.log_density(data), atol=1e-10)


def test_an_order_that_is_worth_it_is_taken(bent: symcat.Solution) -> None:
    assert bent.label == QUARTIC
    k, g, u = (bent.parameters[name] for name in ("K", "g", "u"))
    at = 2  # of the target: the mean is -A / B
    errors = bent.standard_errors["u"][0, 0, 0, at] / k[at, at] / 6.0
    assert abs(-u[0, 0, 0, at] / k[at, at] / 6.0 - 0.1) < 4.0 * errors
    assert abs(-g[0, 1, at] / k[at, at] - 0.1) < 4.0 * bent.standard_errors["g"][0, 1, at] / k[at, at]
    data = table(1000, 0.1)
    assert bent.log_density(data).sum() == pytest.approx(bent.log_likelihood, rel=1e-10)
    assert "couplings gain" in bent.trail[-1].reason


def test_robust_errors_are_near_those_of_the_model(bent: symcat.Solution) -> None:
    for name in ("K", "g"):
        own, robust = bent.standard_errors[name], bent.robust_standard_errors[name]
        np.testing.assert_allclose(robust[own > 0.0] / own[own > 0.0], 1.0, atol=0.35)


def test_a_variance_that_depends_on_the_others_is_found() -> None:
    rng = np.random.default_rng(0)
    a = rng.normal(size=4000)
    y = a + rng.normal(size=4000) / np.sqrt(1.0 + 2.0 * a * a)
    found = symcat.solve({"a": a, "y": y}, target="y", classes=BOTH)
    assert found.label == QUARTIC
    ends = found.predict({"a": [0.0, 2.0]}, interval=0.95)
    width = np.asarray(ends["observation_upper"]) - np.asarray(ends["observation_lower"])
    np.testing.assert_allclose(width, 2 * 1.96 / np.sqrt([1.0, 9.0]), rtol=0.1)


def test_counts_are_rows_that_occurred_so_often() -> None:
    data = table(200, 0.1)
    times = np.random.default_rng(1).integers(1, 4, 200)
    whole = symcat.solve({k: np.repeat(v, times) for k, v in data.items()}, target="y", classes=[QUARTIC])
    counted = symcat.solve(data | {"n": times}, target="y", classes=[QUARTIC], counts="n")
    assert counted.log_likelihood == pytest.approx(whole.log_likelihood, rel=1e-9)
    np.testing.assert_allclose(counted.parameters["g"], whole.parameters["g"], atol=1e-9)


def test_what_is_of_coefficients_is_refused_in_words(bent: symcat.Solution) -> None:
    with pytest.raises(SymcatError, match="ratio of polynomials"):
        bent.wald("a")


def test_a_perfect_fit_is_refused() -> None:
    data = table(100)
    with pytest.raises(SymcatError, match="perfect fit"):
        symcat.solve({"a": data["a"], "y": 2.0 * data["a"]}, target="y", classes=[QUARTIC])
