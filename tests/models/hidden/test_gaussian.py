"""A hidden category: known densities give their parameters back, units do not matter, and nothing collapses."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

import symcat
from symcat.models.fit import Fit, Observed
from symcat.models.hidden import FAMILY
from symcat.models.hidden import cells as cells_module
from symcat.models.hidden.checks import NARROW
from symcat.models.hidden.gaussian import LABEL, HiddenGaussian
from tests.models.observing import model_of, moments_of, observed, row_errors


def hidden() -> HiddenGaussian:
    model = model_of(FAMILY, LABEL, 1)
    assert isinstance(model, HiddenGaussian)
    return model


def fitted(x: np.ndarray) -> Fit:
    fit = hidden().fit_rows(None, observed(x[:, None]))
    assert fit.answered[0], fit.why(0)
    return fit


def drawn(n: int, seed: int = 0) -> np.ndarray:
    """Three phases, well apart from each other."""
    rng = np.random.default_rng(seed)
    label = rng.choice(3, size=n, p=[0.4, 0.35, 0.25])
    return rng.normal(np.array([-4.0, 0.0, 3.0])[label], np.array([0.5, 1.0, 0.3])[label])


def numbers(fit: Fit) -> np.ndarray:
    return np.concatenate([value.reshape(-1) for value in fit.parameters.values()])


def test_phases_are_found_with_their_shares() -> None:
    fit = fitted(drawn(4000))
    truth = {"weights": [0.4, 0.35, 0.25], "means": [-4.0, 0.0, 3.0], "covariances": [0.25, 1.0, 0.09]}
    assert fit.n_parameters == 8
    for name, values in truth.items():
        away = (fit.parameters[name].reshape(-1) - values) / fit.standard_errors[name].reshape(-1)
        assert np.abs(away).max() < 4.0


def test_the_log_likelihood_is_that_of_the_density() -> None:
    x = drawn(500)
    s = symcat.solve(x, classes=[LABEL])
    assert s.log_likelihood == pytest.approx(s.log_density(x).sum(), rel=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.floats(-490.0, 490.0), st.floats(-1e6, 1e6), st.sampled_from([1.0, -1.0]))
def test_units_do_not_matter(exponent: float, shift: float, sign: float) -> None:
    x = drawn(400)
    scale = 2.0 ** round(exponent / 2.0)
    one, other = fitted(x), fitted((sign * x + shift) * scale)
    order = slice(None, None, 1 if sign > 0 else -1)
    digits = 1e-6 + 1e-9 * abs(shift)
    assert one.n_parameters == other.n_parameters
    np.testing.assert_allclose(other.parameters["weights"][0], one.parameters["weights"][0][order], rtol=digits)
    np.testing.assert_allclose(
        other.parameters["means"][0] / scale - shift, sign * one.parameters["means"][0][order], atol=10.0 * digits
    )
    np.testing.assert_allclose(
        other.parameters["covariances"][0] / scale**2, one.parameters["covariances"][0][order], rtol=10.0 * digits
    )
    assert other.log_likelihood[0] + 400 * math.log(scale) == pytest.approx(one.log_likelihood[0], abs=1e-3)


def test_far_from_zero() -> None:
    x = np.round(drawn(500), 3)
    np.testing.assert_allclose(
        fitted(x + 1e9).parameters["covariances"], fitted(x).parameters["covariances"], rtol=1e-4
    )


def test_a_single_phase_is_the_gaussian() -> None:
    x = np.random.default_rng(1).normal(3.0, 2.0, size=1000)
    fit, gauss = fitted(x), symcat.solve(x, classes=["gaussian.full"])
    assert fit.n_parameters == 2
    assert fit.log_likelihood[0] == pytest.approx(gauss.log_likelihood, rel=1e-12)
    assert fit.standard_errors["means"][0, 0, 0] == pytest.approx(x.std() / math.sqrt(1000), rel=1e-9)


def test_errors_of_the_model_and_of_the_rows_agree() -> None:
    x = drawn(5000)
    fit = fitted(x)
    robust = row_errors(hidden(), fit, x[:, None], moments_of([x[:, None]]), None)
    for name, error in fit.standard_errors.items():
        np.testing.assert_allclose(robust[name].reshape(-1), error.reshape(-1), rtol=0.15)


@pytest.mark.slow
def test_robust_errors_are_what_leaving_rows_out_says() -> None:
    x = drawn(300)
    fit = fitted(x)
    robust = row_errors(hidden(), fit, x[:, None], moments_of([x[:, None]]), None)
    left_out = np.array([numbers(fitted(np.delete(x, i))) for i in range(300)])
    jackknife = np.sqrt(((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))
    np.testing.assert_allclose(np.concatenate([v.reshape(-1) for v in robust.values()]), jackknife, rtol=0.1)


def test_weights_count_rows() -> None:
    x = np.round(drawn(600), 1)
    distinct, times = np.unique(x, return_counts=True)
    counted = symcat.solve({"x": distinct, "n": times}, counts="n", classes=[LABEL])
    plain = symcat.solve({"x": x}, classes=[LABEL])
    assert counted.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-9)
    np.testing.assert_allclose(counted.parameters["means"], plain.parameters["means"], rtol=1e-6)


def test_groups_may_have_unlike_numbers_of_components() -> None:
    rng = np.random.default_rng(2)
    x = np.concatenate([drawn(500), rng.normal(size=500)])
    frame = symcat.solve({"g": np.repeat([0, 1], 500), "x": x}, by="g", classes=[LABEL])
    alone = symcat.solve(x[:500], classes=[LABEL])
    found = {name: np.asarray(frame[name], dtype=np.float64) for name in frame if str(name).startswith("mean")}
    assert [int(np.isfinite([values[g] for values in found.values()]).sum() > 2) for g in (0, 1)] == [1, 0]
    assert np.asarray(frame["log_likelihood"])[0] == pytest.approx(alone.log_likelihood)


def test_rows_beyond_the_distinct_values_that_are_kept_are_all_read(monkeypatch: pytest.MonkeyPatch) -> None:
    x = drawn(3000)
    kept = fitted(x)
    monkeypatch.setattr(cells_module, "MOST_DISTINCT", 100)
    in_cells = fitted(x)
    np.testing.assert_allclose(numbers(in_cells), numbers(kept), rtol=1e-6, atol=1e-8)
    assert in_cells.log_likelihood[0] == pytest.approx(kept.log_likelihood[0], rel=1e-12)


# --- what may not collapse ---------------------------------------------------------------------------------------


def test_a_repeated_value_is_as_wide_as_its_neighbours_are_apart() -> None:
    rng = np.random.default_rng(3)
    x = np.concatenate([np.zeros(300), np.round(rng.normal(5.0, 2.0, size=700), 1)])
    s = symcat.solve(x, classes=[LABEL])
    spike = int(np.abs(s.parameters["means"][:, 0]).argmin())
    assert s.parameters["covariances"][spike, 0, 0] == pytest.approx(0.1**2 / (2.0 * math.pi), rel=1e-6)
    assert s.standard_errors["covariances"][spike, 0, 0] == 0.0
    told = {check.name: check for check in s.checks}[NARROW]
    assert not told.decides
    assert "as narrow as the distance between neighbouring values" in told.detail
    assert np.exp(s.log_density(np.zeros(1)))[0] <= 1.0 / 0.1


def test_no_component_is_denser_than_the_resolution() -> None:
    rng = np.random.default_rng(4)
    for x in (np.round(rng.normal(size=400)), rng.choice([0.0, 1.0, 3.0], size=200), np.repeat([1.0, 2.0], 20)):
        fit = fitted(x)
        resolution = np.diff(np.unique(x)).min()
        assert np.sqrt(fit.parameters["covariances"]).min() >= resolution / math.sqrt(2.0 * math.pi) * (1.0 - 1e-9)
        assert (fit.parameters["weights"] * len(x)).min() >= 6.0 * (1.0 - 1e-9)


def test_two_equal_rows_are_no_component() -> None:
    x = np.random.default_rng(5).normal(size=300)
    x[1] = x[0]
    assert fitted(x).n_parameters == 2


def test_a_few_rows_are_declined() -> None:
    fit = hidden().fit_rows(None, observed(np.arange(8.0)[:, None]))
    assert "12 rows are needed" in fit.why(0)


# --- when it is weighed -----------------------------------------------------------------------------------------------


def test_it_answers_where_nothing_else_describes_the_data() -> None:
    s = symcat.solve(drawn(1500))
    assert s.label == LABEL
    assert s.verdict == "fits"
    assert min(e.bic for e in s.evidence if e.bic is not None) == s.bic
    assert "3 components by BIC" in s.trail[-1].reason
    (own,) = [e for e in s.evidence if e.label == LABEL]
    assert own.statistics["components"] == 3.0


def test_it_is_not_searched_for_where_another_class_fits() -> None:
    s = symcat.solve(np.random.default_rng(0).normal(size=1000))
    (own,) = [e for e in s.evidence if e.label == LABEL]
    assert own.bic is None
    assert own.reason == "not searched for: gaussian.full describes the data"


def test_it_is_weighed_with_others_that_are_named() -> None:
    x = np.random.default_rng(0).normal(size=1000)
    s = symcat.solve(x, classes=["gaussian.full", LABEL])
    assert s.label == "gaussian.full"
    assert all(e.bic is not None for e in s.evidence)


def test_it_is_not_weighed_of_groups() -> None:
    x = np.concatenate([drawn(500), drawn(500, seed=1)])
    frame = symcat.solve({"g": np.repeat([0, 1], 500), "x": x}, by="g")
    assert LABEL not in list(frame["label"])


# --- the law ----------------------------------------------------------------------------------------------------------

STATED: dict[str, Any] = {"weights": [0.3, 0.7], "means": [-1.0, 2.0], "covariances": [0.25, 4.0]}


def density(x: float) -> float:
    return float(0.3 * stats.norm.pdf(x, -1.0, 0.5) + 0.7 * stats.norm.pdf(x, 2.0, 2.0))


def test_the_law_is_that_of_its_parts() -> None:
    m = symcat.model(LABEL, **STATED)
    x = np.array([-3.0, -1.0, 0.5, 7.0])
    np.testing.assert_allclose(m.log_density(x), np.log([density(v) for v in x]), rtol=1e-12)
    below = 0.3 * stats.norm.cdf(x, -1.0, 0.5) + 0.7 * stats.norm.cdf(x, 2.0, 2.0)
    np.testing.assert_allclose(m.cdf(x), below, rtol=1e-12)
    p = np.array([0.0, 1e-12, 0.1, 0.5, 0.999999, 1.0])
    np.testing.assert_allclose(m.cdf(m.ppf(p)), p, rtol=1e-9)
    for k in (1, 2, 3, 4, 5):
        exact = integrate.quad(lambda v, k=k: v**k * density(v), -30.0, 30.0, epsabs=1e-12, limit=200)[0]
        assert m.moment(k) == pytest.approx(exact, rel=1e-9)
    entropy = integrate.quad(lambda v: -density(v) * math.log(density(v)), -20.0, 22.0, epsabs=1e-12, limit=400)[0]
    assert m.entropy() == pytest.approx(entropy, abs=1e-10)
    assert stats.kstest(m.sample(20_000, seed=1), m.cdf).pvalue > 0.01


def test_narrow_components_keep_their_entropy_and_quantiles() -> None:
    m = symcat.model(LABEL, weights=[0.5, 0.5], means=[0.0, 1.0], covariances=[1e-16, 1.0])
    separate = math.log(2.0) + 0.5 * (math.log(2.0 * math.pi) + 1.0 + 0.5 * math.log(1e-16))
    assert m.entropy() == pytest.approx(separate, abs=1e-5)
    np.testing.assert_allclose(m.cdf(m.ppf([0.2, 0.5, 0.9])), [0.2, 0.5, 0.9], rtol=1e-6)


def test_the_free_energy_is_minus_the_log_density() -> None:
    m = symcat.model(LABEL, **STATED)
    (x,) = m.free_energy().free_symbols
    assert -float(m.free_energy().subs(x, 1.5)) == pytest.approx(float(m.log_density(1.5)[0]), rel=1e-12)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"weights": [0.5, 0.6]}, "add up to one"),
        ({"weights": [-0.5, 1.5]}, "add up to one"),
        ({"means": [0.0]}, r"weights \(K,\)"),
        ({"covariances": [1.0, -1.0]}, "component 2 is not positive definite"),
        ({"covariances": [1.0, math.inf]}, "finite"),
    ],
)
def test_impossible_parameters_are_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(symcat.InvalidData, match=said):
        symcat.model(LABEL, **STATED | wrong)


def test_no_answer_without_rows() -> None:
    x = drawn(100)
    assert "needs all rows" in hidden().fit_rows(None, Observed(moments_of([x[:, None]]))).why(0)
    assert "needs all rows" in hidden().fit(moments_of([x[:, None]])).why(0)
    with pytest.raises(symcat.InvalidData, match="no averages to look it up by"):
        symcat.lookup(LABEL, m2=1.0)


# --- the check ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_check_tells_other_shapes() -> None:
    assert all(check.passed for check in symcat.solve(drawn(2000), classes=[LABEL]).checks)
    x = np.random.default_rng(6).uniform(size=100_000)
    failed = [check.name for check in symcat.solve(x, classes=[LABEL]).checks if check.decides and not check.passed]
    assert failed == ["shape"]


@pytest.mark.slow
@pytest.mark.statistics
def test_level_of_the_check() -> None:
    model, p_values = hidden(), []
    for seed in range(500):
        seen = observed(drawn(400, seed)[:, None])
        p_values.append(float(model.checks(model.fit_rows(None, seen), seen)[0].p_value[0]))
    assert 0.025 < (np.array(p_values) < 0.05).mean() < 0.08
    assert (np.array(p_values) < 0.001).mean() < 0.007


@pytest.mark.slow
@pytest.mark.statistics
def test_intervals_cover() -> None:
    truth = np.array([0.4, 0.35, 0.25, -4.0, 0.0, 3.0, 0.25, 1.0, 0.09])
    covered, tables = np.zeros((2, 9)), 0
    for seed in range(400):
        x = drawn(2000, seed)
        fit = fitted(x)
        if fit.n_parameters != 8:
            continue
        tables += 1
        model = np.concatenate([value.reshape(-1) for value in fit.standard_errors.values()])
        robust = row_errors(hidden(), fit, x[:, None], moments_of([x[:, None]]), None)
        rows = np.concatenate([value.reshape(-1) for value in robust.values()])
        for k, error in enumerate((model, rows)):
            covered[k] += np.abs(numbers(fit) - truth) < 1.96 * error
    assert tables > 380
    assert covered.min() / tables > 0.915
    assert 0.93 < covered.mean() / tables < 0.97


@pytest.mark.parametrize("chart", ["log", "asinh"])
def test_it_is_a_class_of_charts_too(chart: str) -> None:
    x = np.exp(drawn(1000))
    s = symcat.solve(x, classes=[f"{chart}({LABEL})"])
    assert s.log_likelihood == pytest.approx(s.log_density(x).sum(), rel=1e-10)
    assert "shape" in [check.name for check in s.checks]


def test_a_component_of_few_rows_is_tested_with_the_others() -> None:
    rng = np.random.default_rng(8)
    x = np.concatenate([rng.normal(size=7000), rng.normal(1e4, 1.0, size=8), rng.normal(-1e6, 5.0, size=40)])
    s = symcat.solve(x, classes=[LABEL], order=None)
    assert len(s.parameters["weights"]) == 3
    assert s.verdict == "fits"
