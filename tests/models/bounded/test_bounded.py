"""The beta law and von Mises' law: averages give their parameters back, units do not matter, scipy's laws are met."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

import symcat
from symcat.catalogue import default
from symcat.data.schema import Schema
from symcat.models.base import Options
from symcat.models.bounded import FAMILY
from symcat.models.bounded.column import IntervalColumn
from symcat.models.bounded.concentration import concentration_of, ratio
from symcat.models.fit import Fit
from tests.models.observing import moments_of, observed, row_errors

BETA, CIRCLE = "beta.scalar", "vonmises.scalar"
STATED: dict[str, dict[str, Any]] = {BETA: {"alpha": 2.0, "beta": 5.0}, CIRCLE: {"mean": 0.5, "concentration": 2.0}}


def of(label: str, interval: tuple[float, float] | None = None) -> IntervalColumn:
    model = FAMILY.model(label, Schema.real(("x",)), Options(interval=interval), default())
    assert isinstance(model, IntervalColumn)
    return model


def fitted(label: str, x: np.ndarray, interval: tuple[float, float] | None = None) -> Fit:
    fit = of(label, interval).fit_rows(None, observed(x[:, None]))
    assert fit.answered[0], fit.why(0)
    return fit


def drawn(label: str, n: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.beta(2.0, 5.0, size=n) if label == BETA else rng.vonmises(0.5, 2.0, size=n)


@settings(max_examples=100, deadline=None)
@given(st.floats(-3.0, 9.0), st.floats(-3.0, 9.0))
def test_averages_of_logs_give_back_the_shapes(log_alpha: float, log_beta: float) -> None:
    alpha, beta = math.exp(log_alpha), math.exp(log_beta)
    answer = symcat.lookup(BETA, **symcat.model(BETA, alpha=alpha, beta=beta).moments())
    digits = 1e-10 + 1e-14 * (alpha + beta)  # of a difference of digamma functions
    assert answer.parameters["alpha"] == pytest.approx(alpha, rel=digits)
    assert answer.parameters["beta"] == pytest.approx(beta, rel=digits)


@settings(max_examples=100, deadline=None)
@given(st.floats(-15.0, 17.0), st.floats(-3.1, 3.1))
def test_the_resultant_gives_back_direction_and_concentration(log_k: float, mean: float) -> None:
    k = np.array([math.exp(log_k)])
    assert concentration_of(*ratio(k))[0] == pytest.approx(k[0], rel=1e-13)
    if not 1e-3 < k[0] < 1e4:
        return
    answer = symcat.lookup(CIRCLE, **symcat.model(CIRCLE, mean=mean, concentration=k[0]).moments())
    assert answer.parameters["mean"] == pytest.approx(mean, abs=1e-12)
    assert answer.parameters["concentration"] == pytest.approx(k[0], rel=1e-10)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([BETA, CIRCLE]), st.floats(-400.0, 400.0), st.floats(-1e3, 1e3))
def test_units_and_origin_do_not_matter(label: str, exponent: float, shift: float) -> None:
    x, scale = drawn(label, 300), 2.0 ** round(exponent)
    ends = (0.0, 1.0) if label == BETA else (-math.pi, math.pi)
    one = fitted(label, x)
    other = fitted(label, scale * (x + shift), (scale * (ends[0] + shift), scale * (ends[1] + shift)))
    shapes = ("alpha", "beta") if label == BETA else ("concentration",)
    for name in shapes:
        assert other.parameters[name][0] == pytest.approx(one.parameters[name][0], rel=1e-9)
    if label == CIRCLE:
        assert other.parameters["mean"][0, 0] / scale - shift == pytest.approx(one.parameters["mean"][0, 0], abs=1e-9)
    moved = 300 * math.log(scale)
    assert other.log_likelihood[0] + moved == pytest.approx(one.log_likelihood[0], abs=1e-8 * (1 + abs(moved)))


def test_the_table_says_what_newton_does() -> None:
    k = np.exp(np.linspace(-10.0, 12.0, 500))
    length = ratio(k)[0]
    found = symcat.lookup_batch(CIRCLE, mean_cos=length, mean_sin=np.zeros(500))
    assert found.source == "catalogue"
    digits = 1e-10 + 1e-16 / (1.0 - length)  # of one less the length that was stated
    assert (np.abs(found.parameters["concentration"] / k - 1.0) < digits).all()
    exact = np.log(special.i0e(k)) + k + math.log(2.0 * math.pi)
    assert (np.abs(found.log_partition / exact - 1.0) < digits).all()


def test_reflection_swaps_the_shapes() -> None:
    x = drawn(BETA, 500)
    one, other = fitted(BETA, x), fitted(BETA, 1.0 - x)
    assert one.parameters["alpha"][0] == pytest.approx(other.parameters["beta"][0], rel=1e-12)


def test_a_rotation_turns_the_direction_alone() -> None:
    x = drawn(CIRCLE, 500)
    one = fitted(CIRCLE, x)
    other = fitted(CIRCLE, np.mod(x + 3.0, 2.0 * math.pi), (0.0, 2.0 * math.pi))
    assert other.parameters["concentration"][0] == pytest.approx(one.parameters["concentration"][0], rel=1e-12)
    assert other.parameters["mean"][0, 0] == pytest.approx(one.parameters["mean"][0, 0] + 3.0, rel=1e-12)


def test_nearly_equal_values_lose_no_digits() -> None:
    noise = np.random.default_rng(0).normal(size=500)
    x = 0.3 + 1e-3 * (noise - noise.mean())
    long = x.astype(np.longdouble)
    sums = float(-np.log(np.exp(np.log(long).mean()) + np.exp(np.log1p(-long).mean())))
    fit = fitted(BETA, x)
    alpha, beta = fit.parameters["alpha"][0], fit.parameters["beta"][0]
    # Of a narrow law the narrowness is half of one over the sum of the shapes, to first order.
    assert 2.0 * sums * (alpha + beta) == pytest.approx(1.0, rel=1e-4)
    k = fitted(CIRCLE, x).parameters["concentration"][0]
    assert k * float(((long - long.mean()) ** 2).mean()) == pytest.approx(1.0, rel=1e-5)


@pytest.mark.parametrize("shapes", [(0.3, 0.4), (1.0, 1.0), (2.0, 7.0), (400.0, 30.0)])
def test_scipys_fit_of_the_beta_law_is_no_likelier(shapes: tuple[float, float]) -> None:
    x = np.random.default_rng(1).beta(*shapes, size=2000)
    answer = symcat.solve(x, classes=[BETA])
    assert answer.log_likelihood == pytest.approx(answer.log_density(x).sum(), rel=1e-9)
    peer = stats.beta.fit(x, floc=0.0, fscale=1.0)
    assert answer.log_likelihood >= stats.beta.logpdf(x, *peer).sum() - 1e-7
    assert (answer.parameters["alpha"], answer.parameters["beta"]) == pytest.approx(peer[:2], rel=1e-6)


@pytest.mark.parametrize("k", [0.3, 2.0, 40.0, 3000.0])
def test_scipys_fit_of_von_mises_law_is_no_likelier(k: float) -> None:
    x = np.random.default_rng(1).vonmises(2.5, k, size=2000)
    answer = symcat.solve(x, classes=[CIRCLE])
    assert answer.log_likelihood == pytest.approx(answer.log_density(x).sum(), rel=1e-9)
    peer = stats.vonmises.fit(x, fscale=1.0)
    assert answer.log_likelihood >= stats.vonmises.logpdf(x, *peer).sum() - 1e-7
    assert answer.parameters["concentration"] == pytest.approx(peer[0], rel=1e-6)
    assert answer.parameters["mean"] == pytest.approx(peer[1], rel=1e-6)


@pytest.mark.parametrize("shapes", [(0.3, 0.4), (1.0, 3.0), (2.5, 7.0), (4000.0, 300.0)])
def test_the_beta_law_is_scipys(shapes: tuple[float, float]) -> None:
    model = symcat.model(BETA, alpha=shapes[0], beta=shapes[1], interval=(-1.0, 3.0))
    law = stats.beta(*shapes, loc=-1.0, scale=4.0)
    p, x = np.array([0.0, 1e-6, 0.3, 0.999, 1.0]), law.ppf([0.01, 0.4, 0.99])
    np.testing.assert_allclose(model.ppf(p), law.ppf(p), rtol=1e-10)
    np.testing.assert_allclose(model.cdf([-2.0, *x, 4.0]), law.cdf([-2.0, *x, 4.0]), rtol=1e-10)
    np.testing.assert_allclose(model.log_density([-2.0, *x]), law.logpdf([-2.0, *x]), rtol=1e-9)
    assert model.entropy() == pytest.approx(law.entropy(), rel=1e-9)
    for k in (1, 2, 3, 4):
        assert model.moment(k) == pytest.approx(law.moment(k), rel=1e-8)
    assert stats.kstest(model.sample(20_000, seed=1), law.cdf).pvalue > 0.01


@pytest.mark.parametrize("k", [0.01, 2.0, 30.0, 101.0, 1e5])
def test_von_mises_law_is_that_of_its_density(k: float) -> None:
    """The distribution function against integrals of the density, on both sides of where its formula changes."""
    from scipy.integrate import quad

    model = symcat.model(CIRCLE, mean=40.0, concentration=k, interval=(0.0, 360.0))
    law = stats.vonmises(k, loc=math.radians(40.0))
    x = np.array([1.0, 39.9, 40.05, 44.0, 200.0, 359.0])
    np.testing.assert_allclose(model.log_density(x), law.logpdf(np.radians(x)) + math.log(math.pi / 180), rtol=1e-9)
    ends = [(0.0, 40.0), (40.0, 44.0)]
    for a, b in ends:
        exact = quad(lambda t: float(np.exp(model.log_density(t))[0]), a, b, epsabs=1e-13, limit=400, points=[39.8])[0]
        assert model.cdf(b) - model.cdf(a) == pytest.approx(exact, abs=1e-11)
    p = np.array([1e-6, 0.2, 0.5, 0.9, 1.0 - 1e-6])
    np.testing.assert_allclose(model.cdf(model.ppf(p)), p, rtol=1e-9)
    assert model.ppf(0.0) == 0.0
    assert model.ppf(1.0) == 360.0
    assert model.entropy() == pytest.approx(law.entropy() - math.log(math.pi / 180.0), rel=1e-9)
    first, second = (
        quad(lambda t, j=j: t**j * float(np.exp(model.log_density(t))[0]), 0, 360, limit=800, points=[39, 40, 41])[0]
        for j in (1, 2)
    )
    assert (model.moment(1), model.moment(2)) == pytest.approx((first, second), rel=1e-7)
    assert stats.kstest(model.sample(20_000, seed=1), model.cdf).pvalue > 0.01


@pytest.mark.parametrize("label", [BETA, CIRCLE])
def test_errors(label: str) -> None:
    """Model-based and robust ones agree where the class is right; robust ones are what leaving rows out says."""
    x = drawn(label, 8000)
    fit = fitted(label, x)
    robust = row_errors(of(label), fit, x[:, None], moments_of([x[:, None]]))
    for name, error in fit.standard_errors.items():
        np.testing.assert_allclose(robust[name], error, rtol=0.07)
    other = np.random.default_rng(1).uniform(0.2, 0.9, size=300)
    found = row_errors(of(label), fitted(label, other), other[:, None], moments_of([other[:, None]]))
    for name, error in found.items():
        left_out = np.array([fitted(label, np.delete(other, i)).parameters[name].item() for i in range(300)])
        assert error.item() == pytest.approx(math.sqrt(((left_out - left_out.mean()) ** 2).sum()), rel=0.05)


def test_errors_are_the_inverse_of_fishers_information() -> None:
    a, b = 2.0, 3.5
    stated = symcat.model(BETA, alpha=a, beta=b).moments()
    answer = symcat.lookup(BETA, n=100, **stated)
    both = special.polygamma(1, a + b)
    exact = np.linalg.inv(100.0 * (np.diag(special.polygamma(1, [a, b])) - both))
    assert answer.standard_errors is not None
    np.testing.assert_allclose(list(answer.standard_errors.values()), np.sqrt(np.diagonal(exact)), rtol=1e-9)


@pytest.mark.parametrize(
    ("label", "x", "said"),
    [
        (BETA, [0.2, 0.5, 1.5], "outside the interval from 0 to 1: proportions"),
        (BETA, [0.2, 0.5, -0.1], "outside the interval from 0 to 1: proportions"),
        (BETA, [0.2, 0.5, 1.0], "holds 1, an end of the interval"),
        (BETA, [0.0, 0.5, 0.7], "holds 0, an end of the interval"),
        (CIRCLE, [0.0, 90.0, 350.0], "interval=\\(0, 360\\) of degrees"),
        (CIRCLE, [0.0, math.pi / 2.0, math.pi, 1.5 * math.pi], "there is no mean direction"),
        (CIRCLE, [-1.0, 1.0, 5.0], "are no angles in radians within one turn"),
    ],
)
def test_values_that_the_interval_does_not_hold_are_named(label: str, x: list[float], said: str) -> None:
    with pytest.raises(symcat.NoEntry, match=said):
        symcat.solve(x, classes=[label])


def test_a_stated_interval_is_checked_against_the_values() -> None:
    with pytest.raises(symcat.NoEntry, match="state the interval in which all values lie"):
        symcat.solve([1.0, 2.0, 30.0], classes=[BETA], interval=(0, 10))
    with pytest.raises(symcat.NoEntry, match="state the turn that all angles lie in"):
        symcat.solve([1.0, 2.0, 30.0], classes=[CIRCLE], interval=(0, 24))


@pytest.mark.parametrize("wrong", [(1, 0), (0, 0), 3, (0, math.inf), (0, 1, 2), ("a", "b"), "ab"])
def test_what_is_no_interval_is_refused(wrong: Any) -> None:
    with pytest.raises(symcat.InvalidData, match="is not an interval: pass two finite numbers"):
        symcat.solve(drawn(BETA, 20), interval=wrong)


def test_an_interval_means_nothing_to_other_classes() -> None:
    with pytest.raises(symcat.InvalidData, match=r"interval= has no meaning for gaussian\.full"):
        symcat.solve(drawn(BETA, 20), classes=["gaussian.full"], interval=(0, 1))


def test_percentages_and_degrees() -> None:
    x = drawn(BETA, 2000)
    one, other = symcat.solve(x, classes=[BETA]), symcat.solve(100.0 * x, interval=(0, 100))
    assert other.label == BETA
    assert other.parameters["alpha"] == pytest.approx(one.parameters["alpha"], rel=1e-9)
    angles = drawn(CIRCLE, 2000)
    radians = symcat.solve(angles, classes=[CIRCLE])
    degrees = symcat.solve(np.degrees(angles) % 360.0, classes=[CIRCLE], interval=(0, 360))
    assert degrees.parameters["mean"] == pytest.approx(math.degrees(radians.parameters["mean"]), rel=1e-9)
    assert degrees.standard_errors["mean"] == pytest.approx(math.degrees(radians.standard_errors["mean"]), rel=1e-9)


def test_angles_of_single_precision_may_round_beyond_the_ends() -> None:
    x = np.r_[drawn(CIRCLE, 100), math.pi].astype(np.float32)
    assert symcat.solve(x, classes=[CIRCLE]).log_likelihood is not None


def test_choice_and_groups() -> None:
    x = drawn(BETA, 5000)
    assert symcat.solve(x).label == BETA
    assert CIRCLE not in [one.label for one in symcat.solve(x).evidence]
    frame = symcat.solve({"g": np.repeat([0, 1], 2500), "x": x}, by="g", classes=[BETA])
    alone = symcat.solve(x[2500:], classes=[BETA])
    assert np.asarray(frame["alpha"])[1] == pytest.approx(alone.parameters["alpha"])


@pytest.mark.parametrize("label", [BETA, CIRCLE])
def test_counts_are_repeated_rows(label: str) -> None:
    x, times = drawn(label, 50), np.arange(50) % 5 + 1
    counted = symcat.solve({"x": x, "n": times}, counts="n", classes=[label])
    plain = symcat.solve({"x": np.repeat(x, times)}, classes=[label])
    for name, value in plain.parameters.items():
        np.testing.assert_allclose(counted.parameters[name], value, rtol=1e-9)
    assert counted.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-9)


def test_lookup_of_many_groups_and_its_faults() -> None:
    found = symcat.lookup_batch(BETA, mean_log=np.array([-1.0, -0.1]), mean_log_complement=np.array([-1.0, -0.1]))
    assert found.answered.tolist() == [True, False]
    assert "must add up to less than one" in found.why(1)
    circle = symcat.lookup_batch(CIRCLE, mean_cos=np.array([0.5, 0.9, 0.0]), mean_sin=np.array([0.1, 0.9, 0.0]))
    assert circle.answered.tolist() == [True, False, False]
    assert "their squares must add up to less than one" in circle.why(1)
    assert "no mean direction" in circle.why(2)
    with pytest.raises(symcat.InvalidData, match="missing: mean_sin"):
        symcat.lookup(CIRCLE, mean_cos=0.5)
    with pytest.raises(symcat.InvalidData, match="is not an interval"):
        symcat.lookup(CIRCLE, mean_cos=0.5, mean_sin=0.1, interval=(1, 0))


@pytest.mark.parametrize("label", [BETA, CIRCLE])
def test_an_answer_of_json_keeps_its_interval(label: str) -> None:
    x = 10.0 * drawn(label, 200) + 100.0
    ends = (100.0, 110.0) if label == BETA else (100.0 - 10.0 * math.pi, 100.0 + 10.0 * math.pi)
    answer = symcat.solve(x, classes=[label], interval=ends)
    again = symcat.Solution.model_validate_json(answer.model_dump_json())
    np.testing.assert_allclose(again.cdf(x), answer.cdf(x))
    assert "interval (lo, hi) = (" in " ".join(repr(answer).split())


@pytest.mark.parametrize(
    ("label", "wrong"), [(BETA, {"alpha": 0.0, "beta": 1.0}), (CIRCLE, {"mean": 0.0, "concentration": -1.0})]
)
def test_impossible_parameters_are_refused(label: str, wrong: dict[str, float]) -> None:
    with pytest.raises(symcat.InvalidData, match="state one positive number"):
        symcat.model(label, **wrong)


@pytest.mark.parametrize("label", [BETA, CIRCLE])
def test_the_free_energy_is_minus_the_log_density(label: str) -> None:
    model = symcat.model(label, **STATED[label])
    (x,) = model.free_energy().free_symbols
    value = -float(model.free_energy().subs(x, 0.7)) - model.log_partition
    assert value == pytest.approx(model.log_density(0.7)[0])


def test_the_check_tells_other_shapes() -> None:
    two = np.r_[np.random.default_rng(0).normal(0.3, 0.03, 1000), np.random.default_rng(1).normal(0.7, 0.03, 1000)]
    for label in (BETA, CIRCLE):
        answer = symcat.solve(two, classes=[label])
        assert "shape" in [check.name for check in answer.checks if not check.passed]


CASES = [(BETA, (0.6, 0.8), 300), (BETA, (5.0, 2.0), 2000), (CIRCLE, (1.0, 0.5), 300), (CIRCLE, (1.0, 8.0), 2000)]


def _many(label: str, truth: tuple[float, float], n: int, repeats: int) -> list[np.ndarray]:
    rng = np.random.default_rng(5)
    draw = rng.beta if label == BETA else rng.vonmises
    return [draw(*truth, size=n) for _ in range(repeats)]


@pytest.mark.slow
@pytest.mark.parametrize(("label", "truth", "n"), CASES)
@pytest.mark.statistics
def test_level_of_the_check(label: str, truth: tuple[float, float], n: int) -> None:
    model, p_values = of(label), []
    for x in _many(label, truth, n, 2000):
        seen = observed(x[:, None])
        p_values.append(float(model.checks(model.fit_rows(None, seen), seen)[0].p_value[0]))
    assert 0.036 < (np.array(p_values) < 0.05).mean() < 0.064
    assert (np.array(p_values) < 0.001).mean() < 0.004


@pytest.mark.slow
@pytest.mark.parametrize(("label", "truth"), [(BETA, (0.6, 3.0)), (BETA, (5.0, 2.0)), (CIRCLE, (1.0, 2.0))])
@pytest.mark.statistics
def test_coverage_of_the_intervals(label: str, truth: tuple[float, float]) -> None:
    names, within = ("alpha", "beta") if label == BETA else ("mean", "concentration"), []
    for x in _many(label, truth, 2000, 2000):
        fit = fitted(label, x)
        apart = [
            (fit.parameters[k].item() - v) / fit.standard_errors[k].item() for k, v in zip(names, truth, strict=True)
        ]
        within.append(np.abs(apart) < 1.959964)
    share = np.mean(within, axis=0)
    assert ((share > 0.93) & (share < 0.97)).all(), share
