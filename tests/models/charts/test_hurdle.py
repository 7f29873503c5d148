"""Columns with a hurdle at zero: a share of zeros, and a class of all else, fitted to that alone."""

from __future__ import annotations

import numpy as np
import pytest

import symcat
from symcat.data.charts.hurdle import Hurdle

INNER = ("gaussian.full", "gamma.scalar", "scalar.octic", "log(gaussian.full)", "log(scalar.quartic)")


def rain(n: int = 2000, zeros: float = 0.4, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.where(rng.random(n) < zeros, 0.0, rng.gamma(1.5, 3.0, n))


@pytest.mark.parametrize("inner", INNER)
def test_the_rest_is_fitted_as_if_alone(inner: str) -> None:
    x = rain()
    found, alone = (symcat.solve(some, classes=[c]) for some, c in ((x, f"hurdle({inner})"), (x[x != 0.0], inner)))
    for name, value in alone.parameters.items():
        np.testing.assert_allclose(found.parameters[name], value, rtol=1e-10)
        np.testing.assert_allclose(found.robust_standard_errors[name], alone.robust_standard_errors[name], rtol=1e-6)
    zeros = (x == 0.0).mean()
    assert found.parameters["zeros"] == pytest.approx(zeros)
    assert found.robust_standard_errors["zeros"] == pytest.approx(np.sqrt(zeros * (1.0 - zeros) / len(x)))
    assert found.n_parameters == alone.n_parameters + 2


@pytest.mark.parametrize("inner", INNER)
def test_the_likelihood_is_that_of_the_rows(inner: str) -> None:
    x = rain()
    found = symcat.solve(x, classes=[f"hurdle({inner})"])
    assert found.log_density(x).sum() == pytest.approx(found.log_likelihood, rel=1e-10)


def test_units_do_not_matter() -> None:
    x = rain()
    ours, scaled = (symcat.solve(some, classes=["hurdle(log(scalar.quartic))"]) for some in (x, 1e6 * x))
    assert scaled.log_likelihood == pytest.approx(ours.log_likelihood - len(x) * np.log(1e6), rel=1e-9)
    assert scaled.parameters["u"] == pytest.approx(ours.parameters["u"], rel=1e-6)


def test_the_law_has_a_step_at_zero() -> None:
    x = np.where(np.random.default_rng(0).random(4000) < 0.3, 0.0, np.random.default_rng(1).normal(1.0, 1.0, 4000))
    found = symcat.solve(x, classes=["hurdle(gaussian.full)"])
    below, at = found.cdf(np.array([-1e-9, 0.0]))
    assert at - below == pytest.approx(found.parameters["zeros"], abs=1e-8)
    p = np.linspace(0.01, 0.99, 99)
    np.testing.assert_array_less(found.cdf(found.ppf(p) - 1e-6), p + 1e-6)
    np.testing.assert_array_less(p - 1e-9, found.cdf(found.ppf(p)))
    assert found.moment(1) == pytest.approx(x.mean())
    assert found.moment(2, central=True) == pytest.approx(x.var())
    assert found.entropy() == pytest.approx(-found.log_density(x).mean(), abs=1e-3)
    drawn = found.sample(20_000)
    assert (drawn == 0.0).mean() == pytest.approx(found.parameters["zeros"], abs=0.01)


def test_repeated_rows_are_counted() -> None:
    x, times = np.unique(rain(500).round(1), return_counts=True)
    import pandas as pd

    counted = symcat.solve(pd.DataFrame({"x": x, "n": times}), counts="n", classes=["hurdle(gamma.scalar)"])
    plain = symcat.solve(np.repeat(x, times), classes=["hurdle(gamma.scalar)"])
    assert counted.log_likelihood == pytest.approx(plain.log_likelihood)
    assert counted.parameters["zeros"] == pytest.approx(plain.parameters["zeros"])


def test_it_is_stated_by_its_couplings() -> None:
    model = symcat.model("hurdle(gamma.scalar)", zeros=0.25, resolution=0.1, shape=2.0, rate=0.5)
    assert model.moment(1) == pytest.approx(3.0)
    assert float(model.cdf(np.zeros(1))[0]) == pytest.approx(0.25)
    with pytest.raises(symcat.InvalidData, match="no share"):
        symcat.model("hurdle(gamma.scalar)", zeros=1.5, resolution=0.1, shape=2.0, rate=0.5)


@pytest.mark.parametrize(
    "x",
    [
        pytest.param(np.random.default_rng(0).normal(size=100), id="no zeros"),
        pytest.param(np.r_[np.zeros(4), np.arange(1.0, 100.0)], id="few zeros"),
        pytest.param(np.r_[np.zeros(10), np.full(20, 3.0), np.arange(1.0, 50.0)], id="another value is more frequent"),
    ],
)
def test_zeros_that_do_not_stand_out_are_no_hurdle(x: np.ndarray) -> None:
    with pytest.raises(symcat.NoEntry, match="without zeros that stand out"):
        symcat.solve(x, classes=["hurdle(gaussian.full)"], fallback=None)


def test_values_below_zero_are_no_ratios() -> None:
    x = np.r_[np.zeros(50), np.random.default_rng(0).normal(size=200)]
    with pytest.raises(symcat.NoEntry, match="zero or negative"):
        symcat.solve(x, classes=["hurdle(log(gaussian.full))"], fallback=None)


@pytest.mark.parametrize(
    "label", ["hurdle(asinh(scalar.quartic))", "log(hurdle(gaussian.full))", "hurdle(hurdle(gaussian.full))"]
)
def test_charts_that_need_zero_have_no_hurdle(label: str) -> None:
    with pytest.raises(symcat.NoEntry, match="chart of a chart"):
        symcat.solve(rain(), classes=[label])


def test_averages_of_the_rest_are_looked_up_by_themselves() -> None:
    with pytest.raises(symcat.NoEntry, match="Look up gamma"):
        symcat.lookup("hurdle(gamma.scalar)", mean=1.0, mean_log=-0.5)


def test_each_group_has_its_resolution() -> None:
    x = np.array([0.0] * 5 + [1.0, 1.5, 9.0] + [0.0] * 2 + [1.0, 2.0] + [3.0] * 7)
    group = np.array([0] * 8 + [1] * 11)
    places = Hurdle().place(x, np.ones(len(x)), group, 3)
    np.testing.assert_array_equal(places, [[0.5], [0.0], [0.0]])


def test_zeros_alone_are_no_hurdle() -> None:
    np.testing.assert_array_equal(Hurdle().place(np.zeros(9), np.ones(9), np.zeros(9, dtype=np.intp), 1), [[0.0]])


def test_weights_count_for_the_zeros_too() -> None:
    rng = np.random.default_rng(0)
    x, weight = np.r_[np.zeros(200), rng.gamma(2.0, 2.0, 300)], np.r_[np.full(200, 1.0), np.full(300, 4.0)]
    found = symcat.solve({"x": x, "w": weight}, weights="w", classes=["hurdle(gamma.scalar)"])
    assert found.parameters["zeros"] == pytest.approx(200.0 / 1400.0)
    assert found.moment(1) == pytest.approx((x * weight).sum() / weight.sum())


def test_beside_another_block_the_likelihood_is_that_of_the_rows() -> None:
    rng = np.random.default_rng(0)
    spin, x = rng.random(500) < 0.4, np.where(rng.random(500) < 0.4, 0.0, rng.exponential(size=500))
    found = symcat.solve({"s": spin, "x": x}, fallback=None)
    assert "hurdle" in str([part.label for part in found.parts])
    assert found.log_density(np.c_[spin, x]).sum() == pytest.approx(found.log_likelihood)


def test_each_group_has_a_hurdle() -> None:
    x = np.r_[rain(400, 0.2), rain(400, 0.6, seed=1)]
    found = symcat.solve({"x": x, "g": np.repeat([0, 1], 400)}, by="g", classes=["hurdle(gamma.scalar)"])
    np.testing.assert_allclose(found["zeros"], [(x[:400] == 0.0).mean(), (x[400:] == 0.0).mean()])


def test_a_spike_of_a_density_is_worth_no_more_than_a_share() -> None:
    """Whatever the unit: in one the values are whole numbers, in the other they are not."""
    rng = np.random.default_rng(12)
    x = np.where(rng.random(1000) < 0.93, 0.0, rng.gamma(1.0, 5.0, 1000).round(1))
    assert symcat.solve(x, fallback=None).label.startswith("hurdle(")
    assert symcat.solve(np.round(10.0 * x), fallback=None).label.startswith("hurdle(")


def test_scipy_has_no_such_distribution() -> None:
    model = symcat.model("hurdle(gamma.scalar)", zeros=0.4, resolution=1e-3, shape=2.0, rate=0.5)
    assert model.moment(0) == 1.0
    with pytest.raises(symcat.SymcatError, match="single values"):
        model.distribution()


def test_few_rows_whose_zeros_stand_out_have_a_hurdle() -> None:
    """No check of so few rows rejects a polynomial, whose likelihood is far below."""
    rng = np.random.default_rng(0)
    x = np.r_[np.zeros(18), rng.beta(2.0, 2.0, 37)]
    found = symcat.solve(x, fallback=None)
    assert found.label.startswith("hurdle(")
    assert found.bic < symcat.solve(x, classes=["scalar.octic"], fallback=None).bic
