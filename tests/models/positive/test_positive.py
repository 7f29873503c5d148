"""The exponential and the gamma law: averages give their parameters back, units do not matter, scipy's laws are met."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

import symcat
from symcat.models.fit import Fit, Observed
from symcat.models.positive import FAMILY
from symcat.models.positive.column import PositiveColumn
from symcat.models.positive.shape import gap, shape_of
from tests.models.observing import model_of, moments_of, observed, row_errors

EXPONENTIAL, GAMMA = "exponential.scalar", "gamma.scalar"
BOTH = [EXPONENTIAL, GAMMA]


def of(label: str) -> PositiveColumn:
    model = model_of(FAMILY, label, 1)
    assert isinstance(model, PositiveColumn)
    return model


def fitted(label: str, x: np.ndarray) -> Fit:
    fit = of(label).fit_rows(None, observed(x[:, None]))
    assert fit.answered[0], fit.why(0)
    return fit


def drawn(shape: float, n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).gamma(shape, size=n)


@settings(max_examples=100, deadline=None)
@given(st.floats(-12.0, 18.0), st.floats(-120.0, 120.0))
def test_averages_give_back_the_parameters(log_shape: float, log_rate: float) -> None:
    shape, rate = math.exp(log_shape), math.exp(log_rate)
    assert shape_of(gap(np.array([shape]))[0])[0] == pytest.approx(shape, rel=1e-13)
    if shape > 1e6 or shape < 1e-2:
        return
    mean, mean_log = shape / rate, float(special.psi(shape)) - log_rate
    answer = symcat.lookup(GAMMA, mean=mean, mean_log=mean_log)
    digits = 1e-10 + 1e-15 * shape * (10.0 + abs(log_rate))  # of a difference of logarithms
    assert answer.parameters["shape"] == pytest.approx(shape, rel=digits)
    assert answer.parameters["rate"] == pytest.approx(rate, rel=digits)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(BOTH), st.floats(-480.0, 480.0))
def test_units_do_not_matter(label: str, exponent: float) -> None:
    x, scale = drawn(2.5, 300), 2.0 ** round(exponent)
    one, other = fitted(label, x), fitted(label, x * scale)
    assert other.parameters["rate"][0] * scale == pytest.approx(one.parameters["rate"][0], rel=1e-12)
    shift = 300 * math.log(scale)
    assert other.log_likelihood[0] + shift == pytest.approx(one.log_likelihood[0], abs=1e-8 * (1 + abs(shift)))
    if label == GAMMA:
        assert other.parameters["shape"][0] == pytest.approx(one.parameters["shape"][0], rel=1e-12)


def test_the_table_says_what_newton_does() -> None:
    s = np.expm1(np.linspace(1e-6, 7.999, 500))
    found = symcat.lookup_batch(GAMMA, mean=np.ones(500), mean_log=-s)
    assert found.source == "catalogue"
    np.testing.assert_allclose(found.parameters["shape"], shape_of(s), rtol=1e-10)
    shape = shape_of(s)
    exact = special.gammaln(shape) - shape * np.log(shape)
    np.testing.assert_allclose(found.log_partition, exact, rtol=1e-10, atol=1e-10)


def test_beyond_the_table_newton_answers() -> None:
    found = symcat.lookup_batch(GAMMA, mean=np.ones(2), mean_log=np.array([-1.0, -1e5]))
    np.testing.assert_allclose(found.parameters["shape"], shape_of(np.array([1.0, 1e5])), rtol=1e-10)
    assert symcat.lookup(GAMMA, mean=1.0, mean_log=-1e5).source == "exact"


def test_more_groups_than_a_thread_takes_at_a_time() -> None:
    many = 3 * 65536
    found = symcat.lookup_batch(GAMMA, mean=np.linspace(1.0, 2.0, many), mean_log=np.full(many, -0.5))
    assert found.answered.all()
    assert found.parameters["shape"][-1] == pytest.approx(
        symcat.lookup(GAMMA, mean=2.0, mean_log=-0.5).parameters["shape"]
    )


def test_nearly_equal_values_lose_no_digits() -> None:
    x = 1.0 + 2e-4 * np.random.default_rng(0).normal(size=500)
    long = x.astype(np.longdouble)
    deviance = float(np.log(long.mean()) - np.log(long).mean())
    # Of narrow values, where log k - psi(k) is the deviance (Thom 1958).
    thom = (1.0 + math.sqrt(1.0 + 4.0 * deviance / 3.0)) / (4.0 * deviance)
    assert fitted(GAMMA, x).parameters["shape"][0] == pytest.approx(thom, rel=1e-8)


@pytest.mark.parametrize("shape", [0.2, 1.0, 7.0, 400.0])
def test_scipys_fit_is_no_likelier(shape: float) -> None:
    x = drawn(shape, 2000) * 3.0
    answer = symcat.solve(x, classes=[GAMMA])
    assert answer.log_likelihood == pytest.approx(answer.log_density(x).sum(), rel=1e-12)
    peer = stats.gamma.fit(x, floc=0)
    assert answer.log_likelihood >= stats.gamma.logpdf(x, *peer).sum() - 1e-7
    assert answer.parameters["shape"] == pytest.approx(peer[0], rel=1e-6)
    assert answer.parameters["rate"] == pytest.approx(1.0 / peer[2], rel=1e-6)


@pytest.mark.parametrize(("label", "shape"), [(EXPONENTIAL, 1.0), (GAMMA, 0.3), (GAMMA, 4.0), (GAMMA, 1e4)])
def test_the_law_is_scipys(label: str, shape: float) -> None:
    stated = {"rate": 0.5} if label == EXPONENTIAL else {"shape": shape, "rate": 0.5}
    model, law = symcat.model(label, **stated), stats.gamma(shape, scale=2.0)
    p = np.array([0.0, 1e-6, 0.3, 0.999, 1.0])
    x = law.ppf([0.01, 0.4, 0.99])
    np.testing.assert_allclose(model.ppf(p), law.ppf(p), rtol=1e-10)
    np.testing.assert_allclose(model.cdf([-1.0, *x]), law.cdf([-1.0, *x]), rtol=1e-12)
    np.testing.assert_allclose(model.log_density([-1.0, *x]), law.logpdf([-1.0, *x]), rtol=1e-9)
    assert model.entropy() == pytest.approx(law.entropy(), rel=1e-9)
    for k in (1, 2, 3, 4):
        assert model.moment(k) == pytest.approx(law.moment(k), rel=1e-9)
    assert stats.kstest(model.sample(20_000, seed=1), law.cdf).pvalue > 0.01
    again = symcat.lookup(label, **model.moments())
    assert again.parameters == pytest.approx(model.parameters, rel=1e-9 * (1.0 + shape))
    assert again.log_partition == pytest.approx(model.log_partition, rel=1e-9, abs=1e-9 * (1.0 + shape) ** 2)


@pytest.mark.parametrize(("label", "shape"), [(EXPONENTIAL, 1.0), (GAMMA, 3.0)])
def test_errors(label: str, shape: float) -> None:
    """Model-based and robust ones agree where the class is right; robust ones are what leaving rows out says."""
    x = drawn(shape, 8000)
    fit = fitted(label, x)
    robust = row_errors(of(label), fit, x[:, None], moments_of([x[:, None]]))
    for name, error in fit.standard_errors.items():
        assert robust[name][0] == pytest.approx(error[0], rel=0.07)
    other = np.random.default_rng(1).uniform(0.5, 2.0, size=300)
    found = row_errors(of(label), fitted(label, other), other[:, None], moments_of([other[:, None]]))
    for name, error in found.items():
        left_out = np.array([fitted(label, np.delete(other, i)).parameters[name][0] for i in range(300)])
        assert error[0] == pytest.approx(math.sqrt(((left_out - left_out.mean()) ** 2).sum()), rel=0.03)


def test_errors_are_the_inverse_of_fishers_information() -> None:
    answer = symcat.lookup(GAMMA, mean=1.5, mean_log=float(special.psi(3.0)) - math.log(2.0), n=100)
    exact = np.linalg.inv(100.0 * np.array([[special.polygamma(1, 3.0), -0.5], [-0.5, 3.0 / 4.0]]))
    assert answer.standard_errors is not None
    np.testing.assert_allclose(list(answer.standard_errors.values()), np.sqrt(np.diagonal(exact)), rtol=1e-9)


@pytest.mark.parametrize(("label", "value", "least"), [(EXPONENTIAL, -1.0, "zero or more"), (GAMMA, 0.0, "above zero")])
def test_numbers_that_are_not_positive_are_named(label: str, value: float, least: str) -> None:
    with pytest.raises(symcat.NoEntry, match=f"holds {value:g}, and this law is of numbers {least}"):
        symcat.solve(np.r_[drawn(1.0, 50), value], classes=[label])


@pytest.mark.filterwarnings("ignore:Whether .* describes the data cannot be judged")
def test_the_exponential_takes_zeros() -> None:
    assert symcat.solve([0.0, 1.0, 2.0, 3.0, 9.0], classes=[EXPONENTIAL]).parameters["rate"] == pytest.approx(1.0 / 3.0)


def test_choice_and_groups() -> None:
    assert symcat.solve(drawn(1.0, 5000), classes=BOTH).label == EXPONENTIAL
    x = drawn(2.0, 5000)
    assert symcat.solve(x, classes=BOTH).label == GAMMA
    frame = symcat.solve({"g": np.repeat([0, 1], 2500), "x": x}, by="g", classes=[GAMMA])
    alone = symcat.solve(x[2500:], classes=[GAMMA])
    assert np.asarray(frame["shape"])[1] == pytest.approx(alone.parameters["shape"])


def test_counts_are_repeated_rows() -> None:
    x, times = drawn(2.0, 50), np.arange(50) % 5 + 1
    counted = symcat.solve({"x": x, "n": times}, counts="n", classes=[GAMMA])
    plain = symcat.solve({"x": np.repeat(x, times)}, classes=[GAMMA])
    assert counted.parameters == pytest.approx(plain.parameters, rel=1e-9)
    assert counted.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-9)


def test_lookup_of_many_groups_and_its_faults() -> None:
    found = symcat.lookup_batch(GAMMA, mean=np.array([1.0, 2.0, 1.0, -1.0]), mean_log=np.array([-0.5, 0.1, 0.5, 0.0]))
    assert found.answered.tolist() == [True, True, False, False]
    assert "is not below log(mean)" in found.why(2)
    assert "state one above zero" in found.why(3)
    with pytest.raises(symcat.InvalidData, match="have shapes"):
        symcat.lookup_batch(GAMMA, mean=np.ones(3), mean_log=np.zeros(2))
    with pytest.raises(symcat.InvalidData, match="missing: mean_log"):
        symcat.lookup(GAMMA, mean=1.0)


def test_statistics_alone_know_no_signs() -> None:
    collected = symcat.Statistics().update(drawn(2.0, 20_000))
    for label in BOTH:
        with pytest.raises(symcat.InvalidData, match="pass the data itself"):
            symcat.solve(collected, classes=[label])


@pytest.mark.parametrize("wrong", [{"shape": 0.0, "rate": 1.0}, {"shape": 1.0, "rate": -1.0}])
def test_impossible_parameters_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(symcat.InvalidData, match="state one positive number"):
        symcat.model(GAMMA, **wrong)


@pytest.mark.parametrize(("label", "stated"), [(EXPONENTIAL, {"rate": 2.0}), (GAMMA, {"shape": 3.0, "rate": 2.0})])
def test_the_free_energy_is_minus_the_log_density(label: str, stated: dict[str, Any]) -> None:
    model = symcat.model(label, **stated)
    (x,) = model.free_energy().free_symbols
    assert -float(model.free_energy().subs(x, 1.5)) - model.log_partition == pytest.approx(model.log_density(1.5)[0])


def test_the_check_tells_other_shapes() -> None:
    bumps = np.r_[drawn(50.0, 1000), 5.0 * drawn(50.0, 1000)]
    for label in BOTH:
        assert "shape" in [check.name for check in symcat.solve(bumps, classes=[label]).checks if not check.passed]


@pytest.mark.slow
@pytest.mark.parametrize(("label", "shape", "n"), [(EXPONENTIAL, 1.0, 50), (GAMMA, 0.5, 300), (GAMMA, 5.0, 3000)])
@pytest.mark.statistics
def test_level_of_the_check(label: str, shape: float, n: int) -> None:
    rng, model = np.random.default_rng(5), of(label)
    p_values = []
    for _ in range(2000):
        seen = observed(rng.gamma(shape, size=(n, 1)))
        p_values.append(float(model.checks(model.fit_rows(None, seen), seen)[0].p_value[0]))
    assert 0.036 < (np.array(p_values) < 0.05).mean() < 0.064
    assert (np.array(p_values) < 0.001).mean() < 0.004


@pytest.mark.parametrize("label", BOTH)
def test_a_wrong_row_is_the_last_that_is_read(label: str) -> None:
    def rows() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        yield np.array([[1.0], [-2.0], [-3.0]]), np.ones(3)
        raise AssertionError

    left = Observed(moments_of([np.array([[1.0], [-2.0], [-3.0], [5.0]])]))  # the rows are forgotten
    fit = of(label).fit_rows(rows(), left)
    assert not fit.answered[0]
    assert "holds -2," in fit.why(0)
