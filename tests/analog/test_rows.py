"""Regression on rows: the limits of the circuit's waiting time, and the methods beside each other."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.analog.rows import fit
from symcat.errors import InvalidData

Rows = tuple[np.ndarray, np.ndarray]


@pytest.fixture
def regression(rng: np.random.Generator) -> Rows:
    x = rng.normal(size=(300, 4)) @ np.diag([1.0, 2.0, 0.5, 1.0])
    return x, x @ [1.0, -0.5, 2.0, 0.0] + 3.0 + 0.1 * rng.normal(size=300)


@pytest.fixture
def classes(rng: np.random.Generator) -> Rows:
    x = rng.normal(size=(400, 3))
    score = x @ rng.normal(size=(3, 3))
    return x, (score + rng.gumbel(size=score.shape)).argmax(axis=1)


def test_least_squares_in_one_natural_step(regression: Rows) -> None:
    x, y = regression
    with_one = np.column_stack([x, np.ones(len(x))])
    exact = np.linalg.lstsq(with_one, y, rcond=None)[0]
    found = fit(x, y, family="linear", method="natural", iterations=1, damping=1e-9)
    np.testing.assert_allclose(found.coefficients[:, 0], exact, rtol=1e-6, atol=1e-6)


def test_a_circuit_that_waits_long_takes_the_natural_step(classes: Rows) -> None:
    natural = fit(*classes, method="natural", iterations=3)
    waited = fit(*classes, time_tau=2000.0, iterations=3)
    np.testing.assert_allclose(waited.coefficients, natural.coefficients, atol=1e-8)
    assert waited.modelled_time_s[-1] > 3 * 2000.0 * 1e-6


def test_a_circuit_that_does_not_wait_takes_the_step_of_gradient_descent(classes: Rows) -> None:
    stopped = fit(*classes, time_tau=0.0, iterations=1)
    gradient = fit(*classes, method="sgd", rate=1.0, iterations=1)
    one, other = stopped.coefficients.ravel(), gradient.coefficients.ravel()
    assert one @ other / np.linalg.norm(one) / np.linalg.norm(other) == pytest.approx(1.0)


def test_waiting_longer_helps(classes: Rows) -> None:
    losses = [fit(*classes, time_tau=t, iterations=4).loss[-1] for t in (0.0, 0.3, 3.0, 30.0)]
    assert losses == sorted(losses, reverse=True)


def test_little_noise_does_no_harm_and_much_does(classes: Rows) -> None:
    quiet, little, much = (fit(*classes, iterations=6, noise=s, seed=1).loss[-1] for s in (0.0, 0.01, 10.0))
    assert little == pytest.approx(quiet, rel=1e-2)
    assert much > 1.02 * quiet


@pytest.mark.parametrize("method", ["sgd", "adam", "natural", "thermodynamic"])
def test_all_methods_go_down_and_the_same_seed_gives_the_same_course(classes: Rows, method: str) -> None:
    one, other = (fit(*classes, method=method, iterations=30, batch=200, seed=7) for _ in range(2))  # type: ignore[arg-type]
    assert one.loss[-1] < 0.9 * one.loss[0]
    np.testing.assert_array_equal(one.loss, other.loss)
    assert (np.diff(one.modelled_time_s) > 0.0).all()


def test_bad_rows_are_named(classes: Rows) -> None:
    x, y = classes
    with pytest.raises(InvalidData, match="NaN"):
        fit(np.where(x > 2.0, np.nan, x), y)
    with pytest.raises(InvalidData, match="whole numbers"):
        fit(x, y + 0.5)
    with pytest.raises(InvalidData, match="method"):
        fit(x, y, method="newton")  # type: ignore[arg-type]
    with pytest.raises(InvalidData, match="family"):
        fit(x, y, family="poisson")  # type: ignore[arg-type]
