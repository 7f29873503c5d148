"""Student's t: known densities give their parameters back, units do not matter, and what has no maximum is declined."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import symcat
from symcat.models.fit import Fit, Observed
from symcat.models.student import FAMILY, values
from symcat.models.student.likelihood import Point, fisher, slope_at
from symcat.models.student.replay import population
from symcat.models.student.search import maximum
from symcat.models.student.student import Student
from tests.models.observing import model_of, moments_of, observed, row_errors

LABEL = "student.scalar"


def student() -> Student:
    model = model_of(FAMILY, LABEL, 1)
    assert isinstance(model, Student)
    return model


def fitted(x: np.ndarray, center: Any = None) -> Fit:
    fit = student().fit_rows(None, observed(x[:, None]), center)
    assert fit.answered[0], fit.why(0)
    return fit


def drawn(nu: float, n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_t(nu, size=n)


def numbers(fit: Fit) -> list[float]:
    return [float(value.reshape(-1)[0]) for value in fit.parameters.values()]


@settings(max_examples=100)
@given(st.floats(-3.0, 3.0), st.floats(-2.0, 2.0), st.floats(0.0, 3.5), st.floats(-0.3, 0.3))
def test_a_population_gives_back_its_parameters(m: float, log_s: float, log_nu: float, away: float) -> None:
    truth = Point(m, math.exp(log_s), math.exp(log_nu))
    rows, weight = population(truth)
    found, slope = maximum(truth.moved(np.full(3, away)), [(rows, weight)], slice(0, 3), 0.0)
    assert (found.m - truth.m) / truth.s == pytest.approx(0.0, abs=1e-8)
    assert found.s == pytest.approx(truth.s, rel=1e-8)
    assert found.nu == pytest.approx(truth.nu, rel=1e-8)
    # The curvature of a population's likelihood is Fisher's information.
    np.testing.assert_allclose(-slope.hessian, fisher(found.nu), atol=1e-7)


@pytest.mark.parametrize("weighted", [False, True])
def test_derivatives(weighted: bool) -> None:
    x = drawn(3.0, 200)
    weight = np.random.default_rng(1).random(200) if weighted else None
    point, h = Point(0.1, 1.3, 4.0), 1e-4

    def value(*step: float) -> float:
        return slope_at(point.moved(np.array(step)), [(x, weight)]).value

    slope = slope_at(point, [(x, weight)])
    exact = stats.t.logpdf(x, 4.0, 0.1, 1.3)
    assert slope.value == pytest.approx(exact.sum() if weight is None else weight @ exact, rel=1e-13)
    axes = np.eye(3) * h
    gradient = [(value(*e) - value(*-e)) / (2 * h) for e in axes]
    hessian = [
        [(value(*(a + b)) - value(*(a - b)) - value(*(b - a)) + value(*(-a - b))) / (4 * h * h) for a in axes]
        for b in axes
    ]
    np.testing.assert_allclose(slope.gradient, gradient, rtol=1e-6, atol=1e-5)
    np.testing.assert_allclose(slope.hessian, hessian, rtol=1e-4, atol=1e-3)


@settings(max_examples=40, deadline=None)
@given(st.floats(-490.0, 490.0), st.floats(-1e6, 1e6), st.sampled_from([1.0, -1.0]))
def test_units_do_not_matter(exponent: float, shift: float, sign: float) -> None:
    x = drawn(2.0, 300)
    scale = 2.0 ** round(exponent)
    m, s, nu = numbers(fitted(x))
    fit = fitted((sign * x + shift) * scale)
    other = numbers(fit)
    digits = 1e-9 + 1e-15 * abs(shift)
    assert other[0] / scale - shift == pytest.approx(sign * m, abs=digits * 10)
    assert other[1] / scale == pytest.approx(s, rel=digits * 10)
    assert other[2] == pytest.approx(nu, rel=digits * 10)
    assert fit.log_likelihood[0] + 300 * math.log(scale) == pytest.approx(fitted(x).log_likelihood[0], abs=1e-4)


def test_far_from_zero() -> None:
    x = drawn(3.0, 500) + 1e12
    fit = fitted(x)
    again = fitted(x - 1e12)
    assert numbers(fit)[1:] == pytest.approx(numbers(again)[1:], rel=1e-6)
    assert numbers(fit)[0] - 1e12 == pytest.approx(numbers(again)[0], abs=2e-4)


@pytest.mark.parametrize(("nu", "n"), [(0.5, 500), (1.0, 2000), (3.0, 30), (4.0, 2000), (30.0, 20_000)])
def test_at_least_as_likely_as_scipys_fit(nu: float, n: int) -> None:
    x = drawn(nu, n, seed=7)
    answer = symcat.solve(x, classes=[LABEL])
    own = float(answer.log_density(x).sum())
    assert answer.log_likelihood == pytest.approx(own, rel=1e-12)
    assert own >= stats.t.logpdf(x, *stats.t.fit(x)).sum() - 1e-6


def test_rows_beyond_the_sample_and_the_memory_are_all_read(monkeypatch: pytest.MonkeyPatch) -> None:
    x = drawn(3.0, 30_000)
    held = symcat.solve(x, classes=[LABEL])
    monkeypatch.setattr(values, "MOST_HELD", 1000)
    read_again = symcat.solve(x, classes=[LABEL])
    assert read_again.parameters == pytest.approx(held.parameters, rel=1e-12)
    assert held.log_likelihood == pytest.approx(held.log_density(x).sum(), rel=1e-12)


@pytest.mark.parametrize("center", [None, 0.0, "mean"])
def test_errors(center: Any) -> None:
    """Model-based and robust ones agree where the class is right, and are those of the formula."""
    x = drawn(5.0, 8000)
    fit = fitted(x, None if center is None else center if isinstance(center, str) else np.array([center]))
    whole = moments_of([x[:, None]])
    point = center if not isinstance(center, float) else np.array([center])
    robust = row_errors(student(), fit, x[:, None], whole, point)
    for name, error in fit.standard_errors.items():
        assert robust[name].reshape(-1) == pytest.approx(error.reshape(-1), rel=0.1)
    nu, s = numbers(fit)[2], numbers(fit)[1]
    if center is None:
        assert fit.standard_errors["mean"][0, 0] == pytest.approx(s * math.sqrt((nu + 3) / (nu + 1) / 8000), rel=1e-12)
    if isinstance(center, float):
        assert fit.standard_errors["mean"][0, 0] == 0.0
        assert fit.n_parameters == 2


def test_robust_errors_are_what_leaving_rows_out_says() -> None:
    x = np.random.default_rng(3).laplace(size=400)
    for center in (None, "mean"):
        fit = fitted(x, center)
        robust = row_errors(student(), fit, x[:, None], moments_of([x[:, None]]), center)
        left_out = np.array([numbers(fitted(np.delete(x, i), center)) for i in range(400)])
        jackknife = np.sqrt(((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))
        assert [float(v.reshape(-1)[0]) for v in robust.values()] == pytest.approx(jackknife.tolist(), rel=0.08)


def test_weights_count_rows() -> None:
    x = np.round(drawn(3.0, 400), 1)
    distinct, times = np.unique(x, return_counts=True)
    counted = symcat.solve({"x": distinct, "n": times}, counts="n", classes=[LABEL])
    plain = symcat.solve({"x": x}, classes=[LABEL])
    assert counted.parameters == pytest.approx(plain.parameters, rel=1e-9)
    assert counted.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-12)
    weighted = symcat.solve({"x": distinct, "w": 3.0 * times}, weights="w", classes=[LABEL])
    assert weighted.parameters == pytest.approx(plain.parameters, rel=1e-9)


def test_groups_are_fitted_one_by_one() -> None:
    x = drawn(2.0, 900)
    frame = symcat.solve({"g": np.repeat([0, 1, 2], 300), "x": x}, by="g", classes=[LABEL])
    for g in range(3):
        alone = symcat.solve(x[300 * g : 300 * (g + 1)], classes=[LABEL])
        assert np.asarray(frame["degrees_of_freedom"])[g] == pytest.approx(alone.parameters["degrees_of_freedom"])


def declined(x: np.ndarray, center: Any = None) -> str:
    fit = student().fit_rows(None, observed(x[:, None]), center)
    assert not fit.answered[0]
    return fit.why(0)


def test_light_tails_are_the_gaussians() -> None:
    uniform = np.random.default_rng(0).uniform(size=500)
    assert "its maximum is the Gaussian" in declined(uniform)
    with pytest.raises(symcat.NoEntry, match="at or below 3"):
        symcat.solve(uniform, classes=[LABEL])


def test_the_kurtosis_decides_on_which_side_of_the_gaussian_the_maximum_is() -> None:
    """The slope at 1 / nu = 0 is n (kurtosis - 3) / 4."""
    x = drawn(3.0, 2000)
    x = (x - x.mean()) / x.std()
    h = 1e-5
    slope = (slope_at(Point(0.0, 1.0, 1 / h), [(x, None)]).value - stats.norm.logpdf(x).sum()) / h
    assert slope == pytest.approx(2000 * ((x**4).mean() - 3.0) / 4.0, rel=1e-2)


def test_a_spike_is_declined_with_its_value_and_share() -> None:
    spike = np.r_[np.full(800, 2.5), np.random.default_rng(0).normal(size=200)]
    said = declined(spike)
    assert "80.0% of the rows have the value 2.5" in said
    assert "bound" in said


def test_a_few_outlying_rows_that_the_sample_has_missed() -> None:
    x = np.random.default_rng(2).normal(size=30_000)
    x[:3] = 11.0, -12.0, 13.0
    answer = symcat.solve(x, classes=[LABEL])
    assert answer.log_likelihood > stats.norm.logpdf(x, x.mean(), x.std()).sum() + 10.0
    assert answer.parameters["degrees_of_freedom"] > 10.0


def test_a_few_rows_are_declined() -> None:
    assert "more than 6 rows" in declined(np.array([0.0, 1.0, 2.0, 3.0, 50.0, 1.5]))


def test_statistics_that_have_forgotten_rows_are_told_so() -> None:
    x = drawn(3.0, 20_000)
    collected = symcat.Statistics().update(x)
    with pytest.raises(symcat.InvalidData, match="pass the data itself"):
        symcat.solve(collected, classes=[LABEL])
    few = symcat.Statistics().update(x[:5000])
    assert symcat.solve(few, classes=[LABEL]).parameters == pytest.approx(
        symcat.solve(x[:5000], classes=[LABEL]).parameters, rel=1e-9
    )


@pytest.mark.parametrize("nu", [0.7, 2.0, 4.5, 60.0])
def test_the_law_is_scipys(nu: float) -> None:
    model = symcat.model(LABEL, mean=1.0, scale=2.0, degrees_of_freedom=nu)
    law = stats.t(nu, 1.0, 2.0)
    p = np.array([0.0, 1e-6, 0.3, 0.5, 0.999, 1.0])
    np.testing.assert_allclose(model.ppf(p), law.ppf(p), rtol=1e-9)
    np.testing.assert_allclose(model.cdf([-50.0, 0.0, 3.0]), law.cdf([-50.0, 0.0, 3.0]), rtol=1e-12)
    np.testing.assert_allclose(model.log_density([-50.0, 0.0, 3.0]), law.logpdf([-50.0, 0.0, 3.0]), rtol=1e-12)
    assert model.entropy() == pytest.approx(law.entropy(), rel=1e-9)
    for k in (1, 2, 3, 4):
        if nu > k:
            assert model.moment(k) == pytest.approx(law.moment(k), rel=1e-9)
        else:
            with pytest.raises(symcat.SymcatError, match=f"order {k} does not exist"):
                model.moment(k)


def test_the_free_energy_is_minus_the_log_density() -> None:
    model = symcat.model(LABEL, mean=1.0, scale=2.0, degrees_of_freedom=3.0)
    (x,) = model.free_energy().free_symbols
    value = float(model.free_energy().subs(x, 4.0))
    assert -value - model.log_partition == pytest.approx(float(model.log_density(4.0)[0]), rel=1e-12)


def test_samples_have_the_law() -> None:
    model = symcat.model(LABEL, mean=1.0, scale=2.0, degrees_of_freedom=1.5)
    assert stats.kstest(model.sample(20_000, seed=1), stats.t(1.5, 1.0, 2.0).cdf).pvalue > 0.01


@pytest.mark.parametrize("wrong", [{"scale": -1.0}, {"degrees_of_freedom": 0.0}, {"scale": math.inf}])
def test_impossible_parameters_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(symcat.InvalidData):
        symcat.model(LABEL, **{"scale": 1.0, "degrees_of_freedom": 3.0} | wrong)


def test_the_check_tells_other_shapes() -> None:
    rng = np.random.default_rng(0)
    assert all(check.passed for check in symcat.solve(drawn(3.0, 3000), classes=[LABEL]).checks)
    skewed = symcat.solve(rng.exponential(size=3000), classes=[LABEL])
    assert [check.name for check in skewed.checks if not check.passed] == ["shape"]


@pytest.mark.statistics
@pytest.mark.slow
@pytest.mark.parametrize(("nu", "n"), [(1.5, 50), (4.0, 300), (2.0, 3000)])
def test_level_of_the_check(nu: float, n: int) -> None:
    rng, model = np.random.default_rng(5), student()
    p_values = []
    while len(p_values) < 1000:
        seen = observed(rng.standard_t(nu, size=(n, 1)))
        fit = model.fit_rows(None, seen)
        if fit.answered[0]:
            p_values.append(float(model.checks(fit, seen)[0].p_value[0]))
    assert 0.03 < (np.array(p_values) < 0.05).mean() < 0.07
    assert (np.array(p_values) < 0.001).mean() < 0.005


def test_no_answer_without_rows() -> None:
    x = drawn(3.0, 100)
    assert "needs all rows" in student().fit_rows(None, Observed(moments_of([x[:, None]]))).why(0)
    assert "needs all rows" in student().fit(moments_of([x[:, None]])).why(0)
    with pytest.raises(symcat.InvalidData, match="missing: width, mean_log"):
        symcat.lookup(LABEL, mean=1.0)


@settings(max_examples=60, deadline=None)
@given(st.floats(-4.0, 12.0), st.floats(-100.0, 100.0), st.floats(-5.0, 5.0))
def test_averages_about_a_known_centre_give_back_scale_and_degrees(log_nu: float, log_s: float, mean: float) -> None:
    nu, scale = math.exp(log_nu), math.exp(log_s)
    model = symcat.model(LABEL, mean=mean, scale=scale, degrees_of_freedom=nu)
    answer = symcat.lookup(LABEL, **model.moments())
    assert answer.source == "catalogue"
    assert answer.parameters == pytest.approx({"mean": mean, "scale": scale, "degrees_of_freedom": nu}, rel=1e-9)
    assert answer.log_partition == pytest.approx(model.log_partition, rel=1e-10, abs=1e-10)


def test_errors_from_averages_are_those_of_the_only_free_parameter() -> None:
    """The degrees of freedom move as the average does: by its error over the derivative."""
    answer = symcat.lookup(LABEL, width=2.0, mean_log=0.7, n=400)
    near = [symcat.lookup(LABEL, width=2.0, mean_log=0.7 + h).parameters for h in (-1e-5, 1e-5)]
    x = np.asarray(answer.sample(400_000, seed=0))
    spread = float(np.log1p((x / 2.0) ** 2).std()) / 20.0
    assert answer.standard_errors is not None
    for name in ("scale", "degrees_of_freedom"):
        slope = abs(near[1][name] - near[0][name]) / 2e-5
        assert answer.standard_errors[name] == pytest.approx(slope * spread, rel=0.02)
    assert answer.standard_errors["mean"] == 0.0
    own = -400.0 * (0.5 * (answer.parameters["degrees_of_freedom"] + 1.0) * 0.7 + answer.log_partition)
    assert answer.log_likelihood == pytest.approx(own)


def test_impossible_averages_are_told_by_group() -> None:
    found = symcat.lookup_batch(LABEL, width=np.array([1.0, -1.0, 1.0, 1.0]), mean_log=np.array([0.5, 0.5, 0.0, 1e6]))
    assert found.answered.tolist() == [True, False, False, False]
    assert [found.why(g).split(":")[0] for g in (1, 2)] == [
        "width=-1 is not a width",
        "mean_log=0 is not an average of log(1 + y^2) of rows that vary",
    ]
    assert "beyond where the table ends" in found.why(3)
