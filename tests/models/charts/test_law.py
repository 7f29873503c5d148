"""What a class says of a column by its coordinate: shares exactly, averages by quadrature, and which do not exist."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import symcat
from symcat.data.charts import CHARTS
from symcat.models.charts.law import ChartedLaw
from symcat.models.law import Floats, Law

SHARES = np.array([1e-6, 0.01, 0.3, 0.5, 0.9, 1.0 - 1e-6])
LABELS = ("log(gaussian.full)", "log(z2.quartic)", "asinh(gaussian.full)", "asinh(z2.quartic)")


def stated(label: str, seed: int) -> symcat.Solution:
    rng = np.random.default_rng(seed)
    places = {"center": rng.normal() * 10.0, "unit": rng.uniform(0.1, 10.0)} if label.startswith("asinh") else {}
    if "gaussian" in label:
        return symcat.model(label, mean=rng.normal(), precision=rng.uniform(0.5, 5.0), **places)
    return symcat.model(label, mean=rng.normal(), r=rng.normal() * 3.0, u=rng.uniform(1.0, 30.0), **places)


@pytest.mark.parametrize("label", LABELS)
@given(seed=st.integers(0, 1000))
@settings(max_examples=10, deadline=None)
def test_shares(label: str, seed: int) -> None:
    found = stated(label, seed)
    x = found.ppf(SHARES)
    np.testing.assert_allclose(found.cdf(x), SHARES, rtol=1e-8)
    assert (np.diff(x) > 0.0).all()
    chart = CHARTS[label.partition("(")[0]]
    at = np.array([found.parameters[name] for name in chart.places])
    y = chart.coordinate(x[1:-1], at)
    up, down = (found.cdf(chart.inverse(y + step, at)) for step in (1e-5, -1e-5))
    of_y = np.exp(found.log_density(x[1:-1]) + chart.log_jacobian(y, at))
    np.testing.assert_allclose(of_y, (up - down) / 2e-5, rtol=1e-5)


@pytest.mark.parametrize("label", LABELS)
@given(seed=st.integers(0, 1000))
@settings(max_examples=5, deadline=None)
def test_averages_are_those_of_the_density(label: str, seed: int) -> None:
    """Against the trapezoidal rule over the coordinate, on a grid that knows no quantiles."""
    found = stated(label, seed)
    chart = CHARTS[label.partition("(")[0]]
    at = np.array([found.parameters[name] for name in chart.places])
    y, step = np.linspace(-30.0, 30.0, 60_001, retstep=True)
    x = chart.inverse(y, at)
    mass = np.exp(found.log_density(x) + chart.log_jacobian(y, at)) * step
    assert mass.sum() == pytest.approx(1.0, rel=1e-10)
    assert found.moment(1) == pytest.approx(mass @ x, rel=1e-9, abs=1e-9 * (mass @ np.abs(x)))
    assert found.entropy() == pytest.approx(-mass[mass > 0.0] @ found.log_density(x)[mass > 0.0], rel=1e-9, abs=1e-9)
    for k in (2, 3):
        power = (x - mass @ x) ** k
        scale = mass @ np.abs(power)
        assert found.moment(k, central=True) == pytest.approx(mass @ power, rel=1e-8, abs=1e-8 * scale)


@pytest.mark.parametrize("label", LABELS)
def test_sample(label: str) -> None:
    found = stated(label, 3)
    assert stats.kstest(found.sample(4000, seed=0), found.cdf).pvalue > 1e-3


def test_deep_wells_far_apart() -> None:
    """Two values of the logarithm, to rounding."""
    found = symcat.lookup("log(z2.quartic)", m2=1.0, m4=1.000_01, mean=0.0)
    assert found.moment(1) == pytest.approx(np.cosh(1.0), rel=1e-5)
    assert found.moment(3) == pytest.approx(np.cosh(3.0), rel=1e-4)


def test_no_mass_below_the_domain() -> None:
    found = symcat.model("log(gaussian.full)", mean=0.0, precision=1.0)
    assert found.cdf([-5.0, 0.0]).tolist() == [0.0, 0.0]
    assert found.log_density([-5.0, 0.0]).tolist() == [-np.inf, -np.inf]
    assert found.ppf([0.0, 1.0]).tolist() == [0.0, np.inf]
    with pytest.raises(symcat.InvalidData, match="missing"):
        found.log_density([np.nan])


class Cauchy(Law):
    """A law of y with tails that no exponential is averaged over."""

    def cdf(self, x: Floats) -> Floats:
        return np.asarray(stats.cauchy.cdf(x))

    def ppf(self, p: Floats) -> Floats:
        return np.asarray(stats.cauchy.ppf(p))


class Laplace(Law):
    """A law of y whose exponential has the moments below ``rate``."""

    def __init__(self, rate: float) -> None:
        super().__init__("laplace")
        self.rate = rate

    def ppf(self, p: Floats) -> Floats:
        return np.asarray(stats.laplace.ppf(p, scale=1.0 / self.rate))

    def log_density(self, y: Floats) -> Floats:
        return np.asarray(stats.laplace.logpdf(y, scale=1.0 / self.rate))


@pytest.mark.parametrize(("name", "at"), [("log", ()), ("asinh", (0.0, 1.0))])
def test_averages_that_do_not_exist(name: str, at: tuple[float, ...]) -> None:
    heavy = ChartedLaw("heavy", CHARTS[name], np.array(at), Cauchy("cauchy"), stats.cauchy.logpdf)
    with pytest.raises(symcat.SymcatError, match="The mean of heavy is infinite"):
        _ = heavy.mean
    rate = 2.5
    inner = Laplace(rate)
    some = ChartedLaw("some", CHARTS[name], np.array(at), inner, inner.log_density)
    if name == "log":
        assert some.mean[0] == pytest.approx(rate**2 / (rate**2 - 1.0), rel=1e-9)
    assert np.isfinite(some.central(2)).all()
    with pytest.raises(symcat.SymcatError, match="The moment of order 3 of some is infinite"):
        some.central(3)
