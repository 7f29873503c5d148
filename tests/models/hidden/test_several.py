"""A hidden category of several columns: exact derivatives, phases with their errors, units, bounds and checks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

import symcat
from symcat.data.schema import Schema
from symcat.models.base import Options
from symcat.models.fit import Fit, Observed
from symcat.models.hidden import several
from symcat.models.hidden.checks import NARROW
from symcat.models.hidden.clouds import Clouds, climbed
from symcat.models.hidden.clouds_newton import Basis, maximum, moved, scores, slope_at
from symcat.models.hidden.gaussian import LABEL, HiddenGaussian
from tests.models.observing import moments_of, observed, row_errors

MEANS = np.array([[-3.0, 0.0], [0.0, 0.0], [3.0, 3.0]])
COVARIANCES = np.array([[[1.0, 0.9], [0.9, 1.0]], [[0.5, -0.2], [-0.2, 0.3]], [[0.2, 0.0], [0.0, 1.0]]])
SHARES = np.array([0.4, 0.35, 0.25])
OPEN = np.full(3, 1e-9)


def hidden(d: int = 2) -> HiddenGaussian:
    return HiddenGaussian(Schema.real(tuple(f"x{j}" for j in range(d))), Options())


def drawn(n: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    label = rng.choice(3, size=n, p=SHARES)
    factors = np.linalg.cholesky(COVARIANCES)
    return MEANS[label] + np.einsum("nij,nj->ni", factors[label], rng.normal(size=(n, 2)))


def fitted(x: np.ndarray) -> Fit:
    fit = hidden(x.shape[1]).fit_rows(None, observed(x))
    assert fit.answered[0], fit.why(0)
    return fit


def some_clouds(seed: int) -> Clouds:
    rng = np.random.default_rng(seed)
    spread = np.stack([np.cov(rng.normal(size=(3, 9))) for _ in range(2)])
    return Clouds(np.array([0.3, 0.7]), rng.normal(size=(2, 3)), np.linalg.cholesky(spread))


def test_derivatives() -> None:
    rng, clouds, h = np.random.default_rng(0), some_clouds(0), 1e-4
    x, counts = rng.normal(size=(50, 3)), rng.random(50)
    slope = slope_at(clouds, [(x[:20], counts[:20]), (x[20:], counts[20:])])
    axes = np.eye(2 * Basis(3).size) * h

    def value(step: np.ndarray) -> float:
        return slope_at(moved(clouds, step, OPEN), [(x, counts)]).value

    exact = sum(
        w * stats.multivariate_normal.pdf(x, m, c)
        for w, m, c in zip(clouds.weights, clouds.means, clouds.covariances, strict=True)
    )
    assert slope.value == pytest.approx(counts @ np.log(exact), rel=1e-12)
    gradient = [(value(e) - value(-e)) / (2 * h) for e in axes]
    hessian = [[(value(a + b) - value(a - b) - value(b - a) + value(-a - b)) / (4 * h * h) for a in axes] for b in axes]
    np.testing.assert_allclose(slope.gradient, gradient, atol=1e-5)
    np.testing.assert_allclose(slope.hessian, hessian, atol=1e-4)
    np.testing.assert_allclose(counts @ scores(clouds, x), slope.gradient, atol=1e-10)


def test_steps_of_em_never_lower_the_likelihood() -> None:
    x = drawn(500)
    here = [Clouds(np.full(2, 0.5), np.array([[-1.0, 0.0], [1.0, 0.0]]), np.stack([np.eye(2)] * 2))]
    values = []
    for _ in range(40):
        ((value, after),) = climbed(here, x, np.ones(500), OPEN[:2], 1)
        values.append(value)
        here = [after]
    assert (np.diff(values) >= -1e-9).all()
    found = maximum(here[0], [(x, None)], OPEN[:2])
    assert found is not None
    assert found[1].value >= values[-1] - 500 * math.log(2.0 * math.pi) - 1e-9


def test_phases_are_found_with_their_shares_and_errors() -> None:
    x = drawn(3000)
    fit = fitted(x)
    truth = {"weights": SHARES, "means": MEANS, "covariances": COVARIANCES}
    robust = row_errors(hidden(), fit, x, moments_of([x]), None)
    assert fit.n_parameters == 17
    for name, values in truth.items():
        away = (fit.parameters[name][0] - values) / fit.standard_errors[name][0]
        assert np.abs(away).max() < 4.0
        np.testing.assert_allclose(np.reshape(robust[name], values.shape), fit.standard_errors[name][0], rtol=0.2)


def test_the_log_likelihood_is_that_of_the_density() -> None:
    s = symcat.solve(drawn(800), classes=[LABEL])
    assert s.log_likelihood == pytest.approx(s.log_density(drawn(800)).sum(), rel=1e-12)
    assert all(check.passed for check in s.checks)
    assert s.verdict == "fits"


def test_a_single_phase_is_the_gaussian() -> None:
    x = np.random.default_rng(1).normal(size=(600, 3)) @ np.array([[1.0, 0.5, 0.0], [0.0, 2.0, 0.3], [0.0, 0.0, 1.0]])
    fit, gauss = fitted(x), symcat.solve(x, classes=["gaussian.full"])
    assert fit.n_parameters == gauss.n_parameters == 9
    assert fit.log_likelihood[0] == pytest.approx(gauss.log_likelihood, rel=1e-12)
    np.testing.assert_allclose(fit.parameters["covariances"][0, 0], np.cov(x.T, bias=True), rtol=1e-9)


@pytest.mark.parametrize("unit", [np.array([1e-80, 1e60]), np.array([2.0, 1e9])])
def test_units_do_not_matter(unit: np.ndarray) -> None:
    x = drawn(600)
    one, other = fitted(x), fitted(x * unit + 3.0 * unit)
    np.testing.assert_allclose(other.parameters["weights"], one.parameters["weights"], rtol=1e-6)
    np.testing.assert_allclose(other.parameters["means"] / unit - 3.0, one.parameters["means"], atol=1e-6)
    np.testing.assert_allclose(
        other.parameters["covariances"] / unit / unit[:, None], one.parameters["covariances"], atol=1e-6
    )
    shift = 600 * float(np.log(unit).sum())
    assert other.log_likelihood[0] + shift == pytest.approx(one.log_likelihood[0], abs=1e-4)


def test_beyond_the_rows_of_the_search_all_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    x = drawn(2000)
    exact = fitted(x)
    monkeypatch.setattr(several, "FINE", 700)
    searched = fitted(x)
    np.testing.assert_allclose(searched.parameters["means"], exact.parameters["means"], atol=1e-6)
    monkeypatch.setattr(several, "_MOST_HELD", 100)
    read_again = fitted(x)
    assert read_again.log_likelihood[0] == pytest.approx(exact.log_likelihood[0], rel=1e-12)


def test_counts_repeat_rows() -> None:
    x = np.round(drawn(600), 1)
    distinct, times = np.unique(x, axis=0, return_counts=True)
    counted = symcat.solve(
        {"x": distinct[:, 0], "y": distinct[:, 1], "n": times}, counts="n", classes=[LABEL], columns=["x", "y"]
    )
    plain = symcat.solve({"x": x[:, 0], "y": x[:, 1]}, classes=[LABEL])
    assert counted.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-8)


def test_rows_at_one_point_are_as_wide_as_the_resolution() -> None:
    rng = np.random.default_rng(3)
    x = np.concatenate([np.zeros((300, 2)), np.round(rng.normal(5.0, 1.0, size=(500, 2)), 1)])
    s = symcat.solve({"x": x[:, 0], "y": x[:, 1]}, classes=[LABEL])
    spike = int(np.abs(s.parameters["means"]).sum(axis=1).argmin())
    np.testing.assert_allclose(s.parameters["covariances"][spike], np.eye(2) * 0.1**2 / (2.0 * math.pi), rtol=1e-5)
    assert (s.standard_errors["covariances"][spike] == 0.0).all()
    assert NARROW in [check.name for check in s.checks]


@pytest.mark.slow
def test_the_checks_tell_other_shapes() -> None:
    rng = np.random.default_rng(4)
    angle = rng.uniform(0.0, 2.0 * math.pi, size=4000)
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1) + 0.02 * rng.normal(size=(4000, 2))
    s = symcat.solve(ring, classes=[LABEL])
    assert s.verdict != "fits"


def test_few_rows_and_many_columns_are_declined() -> None:
    rng = np.random.default_rng(5)
    assert "24 rows are needed" in hidden().fit_rows(None, observed(rng.normal(size=(20, 2)))).why(0)
    many = hidden(19).fit_rows(None, observed(rng.normal(size=(2000, 19))))
    assert "of at most 12 columns" in many.why(0)
    assert "needs all rows" in hidden().fit_rows(None, Observed(moments_of([drawn(100)]))).why(0)


def test_columns_that_depend_on_each_other_are_refused() -> None:
    x = drawn(300)
    with pytest.raises(symcat.InvalidData):
        symcat.solve({"x": x[:, 0], "y": 2.0 * x[:, 0]}, columns=["x", "y"], classes=[LABEL])


def test_the_law_is_that_of_its_parts() -> None:
    stated: dict[str, Any] = {"weights": SHARES, "means": MEANS, "covariances": COVARIANCES}
    m = symcat.model(LABEL, **stated, columns=["x", "y"])
    at = np.array([[0.0, 0.5], [3.0, 2.0]])
    parts = zip(SHARES, MEANS, COVARIANCES, strict=True)
    density = sum(w * stats.multivariate_normal.pdf(at, mean, cov) for w, mean, cov in parts)
    np.testing.assert_allclose(m.log_density(at), np.log(density), rtol=1e-12)
    rows = m.sample(200_000, seed=1)
    rows = (
        np.stack([np.asarray(rows[name]) for name in ("x", "y")], axis=1)
        if isinstance(rows, dict)
        else np.asarray(rows)
    )
    np.testing.assert_allclose(rows.mean(axis=0), m.moment(1), atol=0.03)
    np.testing.assert_allclose((rows**4).mean(axis=0), m.moment(4), rtol=0.03)
    symbols = {symbol.name: symbol for symbol in m.free_energy().free_symbols}
    value = float(m.free_energy().subs({symbols["x"]: 0.0, symbols["y"]: 0.5}))
    assert -value == pytest.approx(float(m.log_density(at)[0]), rel=1e-10)
    with pytest.raises(symcat.SymcatError):
        m.entropy()


@pytest.mark.slow
@pytest.mark.statistics
def test_levels_of_the_checks() -> None:
    model, p_values = hidden(), []
    for seed in range(200):
        seen = observed(drawn(800, seed))
        p_values.append([float(check.p_value[0]) for check in model.checks(model.fit_rows(None, seen), seen)])
    shares = (np.array(p_values) < 0.05).mean(axis=0)
    assert ((shares > 0.005) & (shares < 0.11)).all()
    assert (np.array(p_values) < 0.001).mean(axis=0).max() < 0.02
