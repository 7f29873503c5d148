"""The classes: the maximum of the likelihood of the rows, units, groups, errors, sampling."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

import symcat
from symcat.models.base import Center
from symcat.models.line import Line
from symcat.models.scalar.labels import LABELS, NAMES, is_even, orders
from symcat.models.scalar.law import coefficients
from tests.models.observing import assert_batch_is_single, blocks, grouped_errors, moments_of, names
from tests.models.scalar.shapes import POWER, SHAPES, about_the_mean, couplings, polynomial, rows_of

NORMAL = 1.959963984540054


def mean_negative_log_likelihood(label: str, theta: np.ndarray, y: np.ndarray) -> float:
    """A row's, the couplings of F = sum theta_k y^k given; log Z by Gauss's rule."""
    a = np.zeros(max(orders(label)) + 1)
    a[list(orders(label))] = theta
    if not a[-1] > 0.0:
        return np.inf
    return float(np.polynomial.polynomial.polyval(y, a).mean()) + Line(a).log_partition


@pytest.mark.parametrize("label", LABELS)
def test_no_other_couplings_are_more_likely(label: str) -> None:
    """Against scipy's search over the rows, started at the answer and beside it."""
    rows = rows_of(label, 1500)
    model = polynomial(label)
    center: Center = np.zeros(1) if is_even(label) else None
    fit = model.fit(moments_of([rows], POWER[label]), center)
    parameters = {name: values[0] for name, values in fit.parameters.items()}
    y = rows[:, 0] - parameters["mean"][0]
    at = coefficients(label, parameters)[list(orders(label))]
    best = minimize(lambda theta: mean_negative_log_likelihood(label, theta, y), at, method="BFGS")
    assert -best.fun * len(rows) <= fit.log_likelihood[0] + 1e-6
    assert mean_negative_log_likelihood(label, at, y) * len(rows) == pytest.approx(-fit.log_likelihood[0], abs=1e-8)
    assert mean_negative_log_likelihood(label, at * (1 + 1e-3), y) > mean_negative_log_likelihood(label, at, y)
    density = model.log_density(parameters, float(fit.log_partition[0]), rows)
    assert density.sum() == pytest.approx(float(fit.log_likelihood[0]), rel=1e-10)


@pytest.mark.parametrize("label", ["z2.sextic", "z2.octic"])
def test_the_centre_is_that_of_the_likelihood(label: str) -> None:
    rows = rows_of(label, 800, seed=4) + 2.5
    model, moments = polynomial(label), moments_of([rows]) if label == "z2.sextic" else moments_of([rows], 8)
    fit = model.fit(moments)
    best = float(fit.parameters["mean"][0, 0])
    around = np.array([best - 1e-3, best, best + 1e-3])
    profile = [float(model.fit(moments, np.array([c])).log_likelihood[0]) for c in around]
    assert profile[1] == pytest.approx(float(fit.log_likelihood[0]), abs=1e-9)
    assert profile[1] > max(profile[0], profile[2])
    assert abs(best - 2.5) < 5.0 * fit.standard_errors["mean"][0, 0]
    # The least of the profile's parabola is where the search has ended.
    slope, bend = profile[2] - profile[0], profile[0] + profile[2] - 2.0 * profile[1]
    assert abs(0.5 * slope / bend) < 1e-3


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(LABELS), st.integers(0, 1000), st.floats(-1e3, 1e3), st.integers(-8, 8))
def test_shifting_scaling_and_reflecting_data(label: str, seed: int, shift: float, power: int) -> None:
    model, rows = polynomial(label), rows_of(label, 400, seed)
    scale = 10.0**power
    one, mirrored, moved = (
        model.fit(moments_of([x], POWER[label])) for x in (rows, -rows, rows * scale + shift * scale)
    )
    assert one.why(0) == mirrored.why(0) == moved.why(0)
    if not one.answered[0]:
        return
    for name, order in {"mean": -1}.items() | {NAMES[k]: k for k in orders(label)}.items():
        value, error = np.ravel(one.parameters[name])[0], np.ravel(one.standard_errors[name])[0]
        near = 1e-6 * (abs(value) + error)
        assert np.ravel(mirrored.parameters[name])[0] * (-1) ** order == pytest.approx(value, abs=near)
        offset = scale * shift if name == "mean" else 0.0
        rounding = 1e-11 * scale * (1 + abs(shift)) if name == "mean" else 0.0
        found = (np.ravel(moved.parameters[name])[0] - offset) * scale**order
        assert found == pytest.approx(value, abs=near + rounding / scale)
        assert np.ravel(moved.standard_errors[name])[0] * scale**order == pytest.approx(error, rel=1e-5)
    assert moved.log_partition[0] - np.log(scale) == pytest.approx(one.log_partition[0], abs=1e-7)
    likelihood = moved.log_likelihood[0] + len(rows) * np.log(scale)
    assert likelihood == pytest.approx(one.log_likelihood[0], abs=1e-6 * len(rows))


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("center", [None, "mean", 0.2])
def test_groups_get_what_each_gets_alone(label: str, center: object) -> None:
    if center is not None and not is_even(label):
        return
    rng = np.random.default_rng(5)
    rows = rows_of(label, 60 * 200, seed=7)
    rows[-600:] = rng.standard_normal((600, 1)) ** 3
    tables = np.split(rows, np.sort(rng.choice(np.arange(1, len(rows)), size=59, replace=False)))
    chosen = np.full(1, center) if isinstance(center, float) else center
    assert_batch_is_single(polynomial(label), tables, chosen, POWER[label])  # type: ignore[arg-type]


@pytest.mark.parametrize("label", LABELS)
def test_merged_halves_are_the_whole(label: str) -> None:
    rows, model = rows_of(label, 1000), polynomial(label)
    whole = model.fit(moments_of([rows], POWER[label]))
    halves = model.fit(moments_of([rows[:300], rows[300:]], POWER[label]).merged())
    for name, values in whole.parameters.items():
        np.testing.assert_allclose(halves.parameters[name], values, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("unit", [1e-30, 1e30])
def test_extreme_units(label: str, unit: float) -> None:
    rows, model = rows_of(label, 2000), polynomial(label)
    one, other = (model.fit(moments_of([x], POWER[label])) for x in (rows, rows * unit))
    assert one.answered[0]
    assert other.answered[0], other.why(0)
    last = NAMES[orders(label)[-1]]
    scaled = np.log(other.parameters[last][0]) + orders(label)[-1] * np.log(unit)
    assert scaled == pytest.approx(np.log(one.parameters[last][0]), abs=1e-6)
    beyond = model.fit(moments_of([rows * unit**4], POWER[label]))
    assert "double precision" in beyond.why(0)


@pytest.mark.parametrize("label", LABELS)
def test_far_offsets_cost_no_digits(label: str) -> None:
    rows, model = np.round(rows_of(label, 2000) * 2**10) / 2**10, polynomial(label)
    for offset, near in ((2.0**20, 1e-6), (2.0**40, 0.02)):  # in which the centre itself is rounded to 1e-4
        one, far = (model.fit(moments_of([x], POWER[label])) for x in (rows, rows + offset))
        for name in (NAMES[k] for k in orders(label)):
            apart = np.abs(far.parameters[name] - one.parameters[name])
            assert (apart <= near * one.standard_errors[name]).all(), name


@pytest.mark.parametrize("label", LABELS)
def test_robust_errors_are_near_those_of_the_model_and_of_redrawn_rows(label: str) -> None:
    rows, model = rows_of(label, 4000), polynomial(label)
    moments = moments_of([rows], POWER[label])
    fit = model.fit(moments)
    found = grouped_errors(model, fit, blocks(rows, POWER[label]))
    for name, value in found.items():
        np.testing.assert_allclose(value, fit.standard_errors[name], rtol=0.35, err_msg=name)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("center", [None, "mean"])
def test_influence_is_the_derivative_of_the_fit(label: str, center: Center) -> None:
    """Of rows that the class does not describe: weighting one of two halves a little more."""
    if center is not None and not is_even(label):
        return
    rng = np.random.default_rng(9)
    rows = np.concatenate([rows_of(label, 600), 0.7 * rng.beta(2.0, 3.0, size=(200, 1))])
    model = polynomial(label)
    groups = moments_of([rows[:300], rows[300:]], POWER[label])
    whole = groups.merged()
    fit = model.fit(whole, center)
    moved = model.influence(fit, groups, whole, center)
    small = 1e-4
    weighted = [
        model.fit(
            type(groups)(**{**vars(groups), "count": groups.count * np.array([1.0 + sign * small, 1.0])}).merged(),
            center,
        )
        for sign in (-1.0, 1.0)
    ]
    for name, value in moved.items():
        slope = (weighted[1].parameters[name] - weighted[0].parameters[name])[0] / (2.0 * small)
        size = np.abs(fit.parameters[name][0]).max()
        np.testing.assert_allclose(value[0], slope, rtol=1e-4, atol=1e-6 * size, err_msg=name)


@pytest.mark.parametrize("label", LABELS)
def test_the_sampler_follows_the_density(label: str) -> None:
    law, rows = polynomial(label).law(couplings(label)), rows_of(label, 100_000, seed=3)
    for k in (1, 2, 4):
        error = np.sqrt((law.line.about(0.0, 2 * k) - law.line.about(0.0, k) ** 2) / len(rows))
        assert abs((rows**k).mean() - law.line.about(0.0, k)) < 4.5 * error
    at = law.ppf(np.array([0.1, 0.5, 0.9]))
    below = (rows <= at).mean(axis=0)
    np.testing.assert_allclose(below, [0.1, 0.5, 0.9], atol=0.006)


@pytest.mark.slow
@pytest.mark.parametrize("label", LABELS)
@pytest.mark.statistics
def test_intervals_cover_as_often_as_they_say(label: str) -> None:
    tables, n = 3000, 2000
    rows = rows_of(label, tables * n, seed=11)
    fit = polynomial(label).fit(moments_of(np.split(rows, tables), POWER[label]))
    ok = fit.answered
    assert ok.mean() > 0.95
    for name, value in about_the_mean(label).items():
        estimate, error = fit.parameters[name][ok].ravel(), fit.standard_errors[name][ok].ravel()
        covered = np.mean(np.abs(estimate - value) < NORMAL * error)
        assert 0.93 < covered < 0.97, name


def test_too_few_rows_and_constant_ones() -> None:
    model = polynomial("scalar.sextic")
    rng = np.random.default_rng(0)
    fit = model.fit(moments_of([rng.normal(size=(12, 1)), rng.random((13, 1)), np.ones((40, 1))], 8))
    assert "too few rows" in fit.why(0)
    assert fit.why(1) == "" or "degree" in fit.why(1)
    assert "do not vary" in fit.why(2)
    assert np.isnan(fit.log_likelihood[[0, 2]]).all()


def test_one_far_row_is_answered() -> None:
    """The index returns of this kind: no special case is more likely, and every average is met."""
    x = np.r_[np.random.default_rng(0).laplace(size=2000), -15.0]
    even = symcat.solve(x, classes=["z2.sextic"], center="mean")
    assert even.log_likelihood == pytest.approx(-3537.029, abs=2e-3)
    assert even.parameters["w"] == pytest.approx(0.00523, abs=2e-5)
    general = symcat.solve(x, classes=["scalar.sextic"])
    assert general.log_likelihood > even.log_likelihood
    assert general.log_likelihood == pytest.approx(-3535.694, abs=1e-3)


@pytest.mark.parametrize(
    ("x", "label", "log_likelihood"),
    [
        pytest.param(np.random.default_rng(1).standard_t(10, 2000), "z2.sextic", -3067.671, id="t10"),
        pytest.param(np.random.default_rng(1).standard_t(5, 2000), "z2.sextic", -3331.329, id="t5"),
        pytest.param(np.random.default_rng(1).laplace(size=2000), "z2.sextic", -3404.819, id="Laplace"),
        pytest.param(np.random.default_rng(1).gamma(2.0, size=2000), "scalar.sextic", -3176.014, id="gamma"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*does not describe the data")
def test_maxima_known_from_another_integration(x: np.ndarray, label: str, log_likelihood: float) -> None:
    """About the sample mean."""
    options = {"center": "mean"} if label.startswith("z2") else {}
    assert symcat.solve(x, classes=[label], **options).log_likelihood == pytest.approx(log_likelihood, abs=2e-3)


@pytest.mark.parametrize("label", LABELS)
def test_every_parameter_is_printed(label: str) -> None:
    model, given = polynomial(label), couplings(label)
    assert all(name in model.formula(given) for name in given)
    assert model.entries("mean", given) == [((0,), (0,))]
    assert model.entries("r", given) == [((), "")]
    import sympy

    y = sympy.Symbol(names(1)[0], real=True)
    free = sympy.lambdify(y, model.free_energy(given, 0.0, names(1)))
    at = np.linspace(-1.0, 1.0, 5)
    np.testing.assert_allclose(free(at), -model.log_density(given, 0.0, at[:, None]), atol=1e-12)


def test_shifting_the_point_of_expansion() -> None:
    """What a test's binomial theorem says of the couplings about the mean."""
    given, wanted = SHAPES["scalar.quartic"], about_the_mean("scalar.quartic")
    c = [0.0, given["h"], given["r"], given["g"], given["u"]]
    m = wanted["mean"]
    r = sum(c[j] * m ** (j - 2) * comb(j - 2, j - 2) / np.prod(np.arange(1, j - 1)) for j in (2, 3, 4))
    assert wanted["r"] == pytest.approx(r)
