"""Maximum-entropy processes: the equations of Yule and Walker, their order by BIC, sequences and forecasts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import solve_toeplitz

import symcat
from symcat.models.stationary.levinson import covariances_of, filters_of, reflections, reflections_of
from symcat.models.stationary.process import Process, autocovariances
from symcat.models.stationary.replay import random_process, replay

Floats = np.ndarray

TRUTH = Process(2.0, np.array([0.75, -0.5]), 0.25)


@pytest.fixture(scope="module")
def series() -> Floats:
    return TRUTH.sample(3000, np.random.default_rng(6))


def test_it_solves_the_equations_of_yule_and_walker(series: Floats) -> None:
    answer = symcat.solve(series, order="time")
    assert answer.label == "stationary.ar"
    assert answer.verdict == "fits"
    y = series - series.mean()
    r = np.array([y[k:] @ y[: len(y) - k] for k in range(3)]) / len(y)
    expected = solve_toeplitz(r[:2], r[1:])
    np.testing.assert_allclose(answer.parameters["coefficients"], expected, rtol=1e-12)
    assert answer.parameters["innovation_variance"] == pytest.approx(r[0] - expected @ r[1:], rel=1e-12)
    assert answer.parameters["mean"] == pytest.approx(series.mean(), rel=1e-12)
    # Of all rows, but for what the first of them do not know.
    assert answer.log_likelihood == pytest.approx(answer.log_density(series).sum(), abs=4.0)
    assert answer.n_rows == 3000
    assert answer.bic == pytest.approx(4.0 * np.log(3000) - 2.0 * answer.log_likelihood)


def test_units_and_batches(series: Floats) -> None:
    one, other = symcat.solve(series, order="time"), symcat.solve(1e3 * series - 7.0, order="time")
    np.testing.assert_allclose(other.parameters["coefficients"], one.parameters["coefficients"], rtol=1e-9)
    assert other.standard_errors["mean"] == pytest.approx(1e3 * one.standard_errors["mean"], rel=1e-9)
    whole, n = autocovariances([series], 2.0, 1.0, 9)
    parts, _ = autocovariances(np.split(series, [3, 4, 700]), 2.0, 1.0, 9)
    np.testing.assert_allclose(parts, whole, rtol=1e-12)
    assert n == 3000


def test_lookup_reads_it_from_autocovariances() -> None:
    covariances = TRUTH.covariances(2)
    found = symcat.lookup("stationary.ar", mean=2.0, autocovariances=covariances, n=3000)
    np.testing.assert_allclose(found.parameters["coefficients"], TRUTH.coefficients, rtol=1e-12)
    assert found.parameters["innovation_variance"] == pytest.approx(0.25)
    # 1 - phi_2^2 over n, of both coefficients (Brockwell & Davis 1991, example 8.1.2)
    np.testing.assert_allclose(found.standard_errors["coefficients"], np.sqrt(0.75 / 3000), rtol=1e-9)
    assert found.standard_errors["mean"] == pytest.approx(np.sqrt(TRUTH.long_run_variance / 3000))
    assert found.entropy() == pytest.approx(0.5 * np.log(2.0 * np.pi * np.e * 0.25))
    assert found.moment(2, central=True) == pytest.approx(covariances[0])
    with pytest.raises(symcat.InvalidData, match="not positive definite"):
        symcat.lookup("stationary.ar", autocovariances=[1.0, 1.2])


def test_recursions_are_each_others_inverses(rng: np.random.Generator) -> None:
    for check in replay(50, rng):
        assert check.residual < check.bound, check.check
    one = random_process(rng)
    covariances = one.covariances(one.order)[None]
    reflection, _ = reflections(covariances)
    np.testing.assert_allclose(reflections_of(filters_of(reflection)[-1]), reflection, atol=1e-10)
    variance = np.array([one.innovation_variance])
    np.testing.assert_allclose(covariances_of(one.coefficients[None], variance, one.order), covariances)


def test_forwards() -> None:
    process = symcat.model("stationary.ar", mean=2.0, coefficients=[0.75, -0.5], innovation_variance=0.25)
    rows = process.sample(20_000, seed=1)
    y = rows - rows.mean()
    found = [np.mean(y[k:] * y[: len(y) - k]) for k in range(3)]
    np.testing.assert_allclose(found, TRUTH.covariances(2), atol=0.02)
    mean, spread = process.forecast(400, after=[3.0, 2.5])
    assert mean[0, 0] == pytest.approx(2.0 + 0.75 * 0.5 - 0.5 * 1.0)
    assert spread[0, 0] == pytest.approx(0.5)
    assert (mean[-1, 0], spread[-1, 0]) == pytest.approx((2.0, np.sqrt(TRUTH.covariances(0)[0])))
    with pytest.raises(symcat.InvalidData, match="of no stationary process"):
        symcat.model("stationary.ar", coefficients=[1.1], innovation_variance=1.0)
    with pytest.raises(symcat.InvalidData, match="number of rows to come"):
        process.forecast(0, after=[1.0])
    with pytest.raises(symcat.SymcatError, match="says nothing of what follows"):
        symcat.model("z2.quartic", r=1.0, u=1.0).forecast(1, after=[1.0])


def test_it_is_of_declared_series_only(rng: np.random.Generator) -> None:
    x = rng.standard_normal(400)
    with pytest.raises(symcat.InvalidData, match="declare that they are with order='time'"):
        symcat.solve(x, classes=["stationary.ar"])
    with pytest.raises(symcat.NoEntry, match="no autocovariance lowers the BIC"):
        symcat.solve(x, classes=["stationary.ar"], order="time")
    assert symcat.solve(x, order="time").label == "gaussian.full"
    assert "stationary.ar" not in [one.label for one in symcat.classify(x, order=None)]


def test_what_is_no_gaussian_noise_is_told(rng: np.random.Generator) -> None:
    noise = rng.exponential(size=2000)
    x = np.zeros(2000)
    for t in range(1, 2000):
        x[t] = 0.8 * x[t - 1] + noise[t]
    answer = symcat.solve(x, classes=["stationary.ar"], order="time")
    assert not next(check for check in answer.checks if check.name == "residual skewness").passed
