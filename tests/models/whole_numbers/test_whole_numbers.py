"""Laws of whole numbers: populations give their parameters back, scipy's laws are met, what is no count is declined."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize

import symcat
from symcat.models.quadratic_variance import central_moment
from symcat.models.whole_numbers import FAMILY, histogram, rising
from symcat.models.whole_numbers.column import WholeColumn
from symcat.models.whole_numbers.histogram import Histogram
from symcat.models.whole_numbers.negative_binomial import NegativeBinomialLaw
from symcat.models.whole_numbers.replay import probabilities
from tests.models.observing import model_of, moments_of, observed, row_errors

POISSON, NEGATIVE_BINOMIAL = "counts.poisson", "counts.negative_binomial"


def scipys(mean: float, dispersion: float) -> Any:
    if not dispersion:
        return stats.poisson(mean)
    return stats.nbinom(1.0 / dispersion, 1.0 / (1.0 + dispersion * mean))


def of(label: str) -> WholeColumn:
    model = model_of(FAMILY, label, 1)
    assert isinstance(model, WholeColumn)
    return model


def stated(mean: float, dispersion: float) -> symcat.Solution:
    if dispersion:
        return symcat.model(NEGATIVE_BINOMIAL, mean=mean, dispersion=dispersion)
    return symcat.model(POISSON, rate=mean)


@settings(max_examples=60, deadline=None)
@given(st.floats(-2.0, 5.0), st.floats(-7.0, 1.0))
def test_a_population_gives_back_its_parameters(log_mean: float, log_dispersion: float) -> None:
    law = NegativeBinomialLaw(math.exp(log_mean), math.exp(log_dispersion))
    values, p = probabilities(law)
    fit = of(NEGATIVE_BINOMIAL).fitted(Histogram(values, 1e6 * p), np.array([1e6]))
    assert fit.parameters["mean"][0, 0] == pytest.approx(law.location, rel=1e-9)
    # A small dispersion is a small difference of the variance from the mean.
    digits = 1e-9 + 1e-13 / (law.quadratic * min(law.location, 1.0))
    assert fit.parameters["dispersion"][0] == pytest.approx(law.quadratic, rel=digits)


@pytest.mark.parametrize(
    ("mean", "dispersion"), [(0.3, 0.0), (3.0, 0.0), (1e5, 0.0), (4.0, 0.5), (0.2, 3.0), (300.0, 1e-3)]
)
def test_the_law_is_scipys(mean: float, dispersion: float) -> None:
    model, law = stated(mean, dispersion), scipys(mean, dispersion)
    k = np.unique(np.floor(law.ppf([1e-6, 0.1, 0.5, 0.9, 0.999])))
    np.testing.assert_allclose(model.log_density(k), law.logpmf(k), rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(
        model.cdf([-1.0, -0.5, *k, *(k + 0.5)]), law.cdf([-1.0, -0.5, *k, *(k + 0.5)]), rtol=1e-9
    )
    p = np.array([1e-9, 0.2, 0.5, 0.7, 0.999999])
    np.testing.assert_array_equal(model.ppf(p), law.ppf(p))
    assert model.ppf(0.0) == 0.0
    assert model.ppf(1.0) == np.inf
    # Scipy's sum does not reach the end of wide laws; theirs is nearly the normal one.
    normal = 0.5 * math.log(2.0 * math.pi * math.e * mean) - 1.0 / (12.0 * mean)
    assert model.entropy() == pytest.approx(normal if mean > 1e4 else law.entropy(), rel=1e-6)
    for order in (1, 2, 3, 4):
        assert model.moment(order) == pytest.approx(law.moment(order), rel=1e-9)
    assert model.moment(2, central=True) == pytest.approx(mean + dispersion * mean**2, rel=1e-12)
    drawn = model.sample(20_000, seed=3)
    assert (drawn == np.floor(drawn)).all()
    assert drawn.mean() == pytest.approx(mean, abs=5.0 * law.std() / math.sqrt(20_000))


def test_what_is_no_whole_number_has_probability_zero() -> None:
    np.testing.assert_array_equal(stated(3.0, 0.0).log_density([-1.0, 0.5, 2.5]), -np.inf)


@pytest.mark.parametrize(("mean", "dispersion"), [(3.0, 0.0), (4.0, 0.7), (500.0, 0.2)])
def test_at_least_as_likely_as_a_search_over_scipys_law(mean: float, dispersion: float) -> None:
    x = stated(mean, dispersion).sample(3000, seed=1)
    answer = symcat.solve(x, classes=[NEGATIVE_BINOMIAL if dispersion else POISSON])
    assert answer.log_likelihood == pytest.approx(answer.log_density(x).sum(), rel=1e-12)
    if not dispersion:
        assert answer.log_likelihood >= scipys(mean, dispersion).logpmf(x).sum()
        return

    def against(log: np.ndarray) -> float:
        return -float(scipys(*np.exp(log)).logpmf(x).sum())

    found = minimize(against, np.log([mean, dispersion]), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-9})
    assert answer.log_likelihood >= -found.fun - 1e-6
    np.testing.assert_allclose(list(answer.parameters.values()), np.exp(found.x), rtol=1e-5)
    h = 1e-3
    bend = sum(w * against(found.x + np.array([0.0, d])) for d, w in ((-h, 1.0), (0.0, -2.0), (h, 1.0))) / h**2
    assert answer.standard_errors is not None
    assert answer.standard_errors["dispersion"] == pytest.approx(float(np.exp(found.x[1]) / bend**0.5), rel=1e-3)


@pytest.mark.parametrize("dispersion", [1e-12, 1e-9, 9e-6, 1e-3, 2.0])
def test_long_sums_agree_with_their_terms(dispersion: float, monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.array([0.0, 1.0, 7.0, 300.0, 500_000.0])
    terms = rising.Rising(x, dispersion)
    exact = terms.log, terms.first, terms.second
    monkeypatch.setattr(rising, "_SUMMED", 1.0)
    long = rising.Rising(x, dispersion)
    for found, value, digits in zip((long.log, long.first, long.second), exact, (1e-9, 1e-9, 1e-6), strict=True):
        np.testing.assert_allclose(found, value, rtol=digits, atol=1e-6)


@pytest.mark.parametrize("label", [POISSON, NEGATIVE_BINOMIAL])
def test_robust_errors_are_what_leaving_rows_out_says(label: str) -> None:
    x = stated(4.0, 0.7).sample(300, seed=1)

    def fitted(values: np.ndarray) -> Any:
        return of(label).fit_rows(None, observed(values[:, None]))

    fit = fitted(x)
    robust = row_errors(of(label), fit, x[:, None], moments_of([x[:, None]]))
    for name, error in robust.items():
        left_out = np.array([fitted(np.delete(x, i)).parameters[name].reshape(-1)[0] for i in range(300)])
        jackknife = math.sqrt(((left_out - left_out.mean()) ** 2).sum())
        assert error.reshape(-1)[0] == pytest.approx(jackknife, rel=0.05)


@pytest.mark.parametrize("value", [-1.0, 2.5])
def test_the_first_value_that_is_no_count_is_named(value: float) -> None:
    with pytest.raises(symcat.NoEntry, match="no whole number of zero or more") as told:
        symcat.solve([1.0, 2.0, 3.0, value, 4.0], classes=[POISSON])
    assert f"{value:.9g}" in str(told.value)


def test_no_dispersion_below_poissons() -> None:
    with pytest.raises(symcat.NoEntry, match="its maximum is Poisson's law"):
        symcat.solve(np.random.default_rng(0).binomial(10, 0.5, 500), classes=[NEGATIVE_BINOMIAL])


def test_the_choice_between_them() -> None:
    both = [POISSON, NEGATIVE_BINOMIAL]
    assert symcat.solve(stated(5.0, 0.0).sample(5000, seed=2), classes=both).label == POISSON
    assert symcat.solve(stated(5.0, 0.3).sample(5000, seed=2), classes=both).label == NEGATIVE_BINOMIAL


def test_repeated_rows_and_groups() -> None:
    x = stated(4.0, 0.7).sample(900, seed=4)
    values, times = np.unique(x, return_counts=True)
    plain = symcat.solve(x, classes=[NEGATIVE_BINOMIAL])
    counted = symcat.solve({"x": values, "n": times}, counts="n", classes=[NEGATIVE_BINOMIAL])
    assert counted.parameters == pytest.approx(plain.parameters, rel=1e-9)
    assert counted.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-12)
    frame = symcat.solve({"g": np.repeat([0, 1, 2], 300), "x": x}, by="g", classes=[NEGATIVE_BINOMIAL])
    alone = symcat.solve(x[300:600], classes=[NEGATIVE_BINOMIAL])
    assert np.asarray(frame["dispersion"])[1] == pytest.approx(alone.parameters["dispersion"])


def test_rows_beyond_the_sample_are_all_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histogram, "_BATCHED", 10)
    x = stated(50.0, 0.2).sample(30_000, seed=5)
    answer = symcat.solve(x, classes=[NEGATIVE_BINOMIAL])
    assert answer.parameters["mean"] == pytest.approx(x.mean(), rel=1e-12)
    assert answer.log_likelihood == pytest.approx(answer.log_density(x).sum(), rel=1e-12)


def test_too_many_distinct_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histogram, "_BATCHED", 10)
    monkeypatch.setattr(histogram, "MOST_DISTINCT", 100)
    with pytest.raises(symcat.NoEntry, match="more than 100 distinct values"):
        symcat.solve(np.arange(1000.0) ** 2, classes=[POISSON])


def test_lookup_of_poisson_needs_the_mean_alone() -> None:
    answer = symcat.lookup(POISSON, mean=4.0, n=400)
    assert (answer.parameters["rate"], answer.log_likelihood, answer.bic) == (4.0, None, None)
    assert answer.standard_errors is not None
    assert answer.standard_errors["rate"] == pytest.approx(0.1)
    assert symcat.lookup(POISSON, **symcat.model(POISSON, rate=2.5).moments()).parameters["rate"] == 2.5
    found = symcat.lookup_batch(POISSON, mean=np.array([1.0, -1.0]))
    assert found.answered.tolist() == [True, False]
    with pytest.raises(symcat.InvalidData, match="state a positive number"):
        symcat.lookup(POISSON, mean=0.0)
    with pytest.raises(symcat.InvalidData, match="no averages to look it up by"):
        symcat.lookup(NEGATIVE_BINOMIAL, mean=1.0)


@pytest.mark.parametrize("wrong", [{"mean": -1.0, "dispersion": 1.0}, {"mean": 1.0, "dispersion": 0.0}])
def test_impossible_parameters_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(symcat.InvalidData, match="state one positive number"):
        symcat.model(NEGATIVE_BINOMIAL, **wrong)


@pytest.mark.parametrize(("mean", "dispersion"), [(3.0, 0.0), (4.0, 0.7)])
def test_the_free_energy_is_minus_the_log_probability(mean: float, dispersion: float) -> None:
    model = stated(mean, dispersion)
    (x,) = model.free_energy().free_symbols
    assert -float(model.free_energy().subs(x, 5)) - model.log_partition == pytest.approx(model.log_density(5.0)[0])


def test_numbers_too_large_for_probabilities_are_told() -> None:
    with pytest.raises(symcat.NoEntry, match="holds 2e\\+10, and beyond 1e\\+10 rounding"):
        symcat.solve([1.0, 2.0, 2e10, 4.0], classes=[NEGATIVE_BINOMIAL])
    with pytest.raises(symcat.InvalidData, match="is above 1e\\+10"):
        symcat.model(POISSON, rate=1e11)


def test_large_counts_that_vary_nearly_as_poissons() -> None:
    """The dispersion is that of the moments, (variance - mean) / mean^2, to first order."""
    x = np.random.default_rng(0).normal(1e9, math.sqrt(1.3e9), 2000).round()
    answer = symcat.solve(x, classes=[NEGATIVE_BINOMIAL])
    assert answer.parameters["dispersion"] == pytest.approx((x.var() - x.mean()) / x.mean() ** 2, rel=1e-3)
    assert answer.standard_errors is not None
    assert answer.robust_standard_errors is not None
    expected = 1.3 * math.sqrt(2.0 / 2000) / 1e9
    assert answer.standard_errors["dispersion"] == pytest.approx(expected, rel=0.1)
    assert answer.robust_standard_errors["dispersion"] == pytest.approx(expected, rel=0.1)


def test_probabilities_are_drawn_at_whole_numbers() -> None:
    pytest.importorskip("matplotlib").use("agg")
    axes = stated(4.0, 0.5).plot()
    x, y = axes.lines[0].get_data()
    np.testing.assert_array_equal(x, np.floor(x))
    np.testing.assert_allclose(y, np.exp(stated(4.0, 0.5).log_density(x)))
    assert axes.get_ylabel() == "probability"
    assert len(stated(1e5, 0.0).plot().lines[0].get_data()[0]) < 1000


def test_the_check_tells_other_laws() -> None:
    rng = np.random.default_rng(0)
    for x, label in ((rng.binomial(10, 0.5, 2000), POISSON), (rng.integers(0, 9, 2000), POISSON)):
        answer = symcat.solve(x, classes=[label])
        assert [check.name for check in answer.checks if not check.passed] == ["frequencies"]
    mixed = np.r_[rng.poisson(2.0, 1000), rng.poisson(20.0, 1000)]
    answer = symcat.solve(mixed, classes=[NEGATIVE_BINOMIAL])
    assert "frequencies" in [check.name for check in answer.checks if not check.passed]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mean", "dispersion", "n"),
    [(0.5, 0.0, 100), (3.0, 0.0, 50), (40.0, 0.0, 300), (4.0, 0.7, 300), (100.0, 0.3, 3000)],
)
@pytest.mark.statistics
def test_level_of_the_check(mean: float, dispersion: float, n: int) -> None:
    law, model = scipys(mean, dispersion), of(NEGATIVE_BINOMIAL if dispersion else POISSON)
    rng, p_values = np.random.default_rng(1), []
    while len(p_values) < 2000:
        fit = model.fit_rows(None, observed(law.rvs(size=(n, 1), random_state=rng).astype(float)))
        p_values += [float(check.p_value[0]) for check in fit.checks]
    assert 0.036 < (np.array(p_values) < 0.05).mean() < 0.064
    assert (np.array(p_values) < 0.001).mean() < 0.004


def test_central_moments_of_the_exponential() -> None:
    assert [central_moment(2.0, 0.0, 1.0, k) for k in range(5)] == [1.0, 0.0, 4.0, 16.0, 144.0]


@pytest.mark.parametrize("dispersion", [1e-9, 0.03, 2.0])
@pytest.mark.parametrize("largest", [3, 400])
def test_averages_of_sums_are_those_over_the_rows(dispersion: float, largest: int, rng: np.random.Generator) -> None:
    x = rng.integers(0, largest + 1, 200).astype(float)
    values, counts = np.unique(x, return_counts=True)
    found = rising.averages(Histogram(values, counts.astype(float)), dispersion)
    every = rising.Rising(x, dispersion)
    assert found == pytest.approx((every.first.mean(), every.second.mean()), rel=1e-13)
