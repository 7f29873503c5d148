"""The centre of an even polynomial: where the likelihood is largest, and that there may be none."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from symcat.models.registry import family_of
from symcat.models.scalar.labels import NAMES, orders
from symcat.models.scalar.polynomial import deviation_of
from symcat.models.scalar.slopes import force
from symcat.models.scalar.standard import powers, scaled, thetas
from tests.models.observing import model_of, moments_of
from tests.models.scalar.shapes import POWER, polynomial

SAMPLES = {
    "chi-square": lambda rng: rng.chisquare(6.0, size=400),
    "gamma": lambda rng: rng.gamma(3.0, size=400),
    "two steep sides": lambda rng: rng.beta(0.7, 0.6, size=400),
    "uniform": lambda rng: rng.random(400),
}


@pytest.mark.parametrize("label", ["z2.sextic", "z2.octic"])
@pytest.mark.parametrize("name", SAMPLES)
def test_the_mean_force_vanishes_there(label: str, name: str) -> None:
    moments = moments_of([SAMPLES[name](np.random.default_rng(0))[:, None]], POWER[label])
    fit = polynomial(label).fit(moments)
    assert fit.answered[0]
    about = moments.about(fit.parameters["mean"])
    deviation = deviation_of(about)
    theta = thetas(fit.parameters, orders(label), deviation * about.unit)
    averages = scaled(powers(about, max(orders(label))), deviation)
    size = np.abs(theta[:, 1:] * averages[:, 2::2]).sum()
    assert abs(float(force(theta, averages)[0])) < 1e-7 * size


@pytest.mark.parametrize("seed", [1, 3])
def test_a_likelihood_that_rises_to_where_no_density_is_has_no_centre(seed: int) -> None:
    """Where the last centre with a density would be the answer, it would be less likely than a sextic, a special
    case."""
    rows = np.exp(0.4 * np.random.default_rng(seed).normal(size=(400, 1)))
    moments = moments_of([rows], POWER["z2.octic"])
    assert polynomial("z2.sextic").fit(moments).answered[0]
    fit = polynomial("z2.octic").fit(moments)
    assert not fit.answered[0]
    assert "F turns down again" in fit.why(0)
    assert all(np.isnan(fit.parameters[NAMES[k]]).all() for k in orders("z2.octic"))


def test_groups_without_a_centre_leave_the_others_as_they_are() -> None:
    samples = [np.exp(0.4 * np.random.default_rng(1).normal(size=(400, 1))), np.random.default_rng(0).random((400, 1))]
    both = polynomial("z2.octic").fit(moments_of(samples, POWER["z2.octic"]))
    alone = polynomial("z2.octic").fit(moments_of(samples[1:], POWER["z2.octic"]))
    assert both.answered.tolist() == [False, True]
    np.testing.assert_allclose(both.log_likelihood[1], alone.log_likelihood[0], rtol=1e-8)


NESTED = ("z2.quartic", "z2.sextic", "z2.octic")
LAWS = {
    "even": lambda rng: np.sqrt(rng.gamma(rng.uniform(0.3, 3.0), size=30)) * rng.choice([-1.0, 1.0], size=30),
    "skew": lambda rng: rng.gamma(rng.uniform(0.5, 5.0), size=30),
    "two humps": lambda rng: np.where(rng.random(30) < rng.uniform(0.1, 0.9), 4.0, 0.0) + rng.normal(size=30),
}


CHARTED = {"": np.asarray, "log": np.log, "asinh": np.arcsinh}


@pytest.mark.parametrize("chart", CHARTED)
@pytest.mark.parametrize("name", LAWS)
def test_no_answer_is_less_likely_than_that_of_a_special_case(name: str, chart: str) -> None:
    """The profile over the centre has several maxima, which few rows tell least apart."""
    rng = np.random.default_rng(1)
    samples = [np.abs(rows) if chart == "log" else rows for rows in (LAWS[name](rng)[:, None] for _ in range(60))]
    moments = moments_of([CHARTED[chart](rows) for rows in samples], POWER["z2.octic"])
    fits = [model_of(family_of(label), label, 1).fit(moments) for label in NESTED]
    for poor, rich in combinations(fits, 2):
        both = poor.answered & rich.answered
        assert both.any()
        least = poor.log_likelihood[both] - 1e-6
        assert (rich.log_likelihood[both] >= least).all()
