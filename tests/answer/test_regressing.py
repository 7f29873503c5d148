"""What a regression answers beside its coefficients, against textbook formulas on the rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.stats

import symcat
from symcat.data.moments import Floats


@pytest.fixture
def frame(rng: np.random.Generator) -> pd.DataFrame:
    x, z = rng.standard_normal((2, 60)) + 3.0
    group = rng.random(60) < 0.4
    noise = rng.standard_normal(60)
    up = rng.random(60) < 1.0 / (1.0 + np.exp(4.0 - x - group))
    return pd.DataFrame(
        {"x": x, "g": np.where(group, "new", "old"), "z": z, "y": 1.0 + 2.0 * x - group + noise, "up": up}
    )


def design(frame: pd.DataFrame, *names: str) -> Floats:
    columns = [(frame[name] == "old") if name == "g" else frame[name] for name in names]
    return np.column_stack([np.ones(len(frame)), *columns]).astype(float)


def joined(values: Any) -> Floats:
    return np.append(values["intercept"], values["coefficients"])


PREDICTORS = ["x", "g", "z"]


@pytest.fixture
def line(frame: pd.DataFrame) -> symcat.Solution:
    return symcat.solve(frame[[*PREDICTORS, "y"]], target="y")


@pytest.fixture
def odds(frame: pd.DataFrame) -> symcat.Solution:
    return symcat.solve(frame[[*PREDICTORS, "up"]], target="up")


def test_covariance_and_intervals_of_least_squares(line: symcat.Solution, frame: pd.DataFrame) -> None:
    d, y = design(frame, *PREDICTORS), frame.y.to_numpy()
    squares = np.linalg.lstsq(d, y)[1][0]
    covariance = np.linalg.inv(d.T @ d) * squares / 56
    np.testing.assert_allclose(line.covariance, covariance, rtol=1e-9)
    np.testing.assert_allclose(np.sqrt(np.diag(line.covariance)), joined(line.standard_errors), rtol=1e-12)
    t = scipy.stats.t.ppf(0.975, 56)
    for name, (low, high) in line.confidence_intervals(0.95).items():
        np.testing.assert_allclose(high - low, 2.0 * t * line.standard_errors[name], rtol=1e-10)
    found = line.predict(frame, interval=0.9)
    t = scipy.stats.t.ppf(0.95, 56)
    spread = np.einsum("mi,ij,mj->m", d, covariance, d)
    np.testing.assert_array_equal(found["mean"], line.predict(frame))
    np.testing.assert_allclose(found["upper"] - found["mean"], t * np.sqrt(spread), rtol=1e-8)
    np.testing.assert_allclose(found["mean"] - found["lower"], t * np.sqrt(spread), rtol=1e-8)
    reach = t * np.sqrt(spread + squares / 56)
    np.testing.assert_allclose(found["observation_upper"] - found["mean"], reach, rtol=1e-8)
    np.testing.assert_allclose(found["mean"] - found["observation_lower"], reach, rtol=1e-8)


def test_an_interval_excludes_zero_exactly_where_the_p_value_says_so(line: symcat.Solution) -> None:
    assert line.regression is not None
    for level in (0.5, 0.9, 0.99):
        low, high = line.confidence_intervals(level)["coefficients"]
        outside = (low > 0.0) | (high < 0.0)
        np.testing.assert_array_equal(outside, line.regression.p_values["coefficients"] < 1.0 - level)


def test_residuals_and_leverages_of_least_squares(line: symcat.Solution, frame: pd.DataFrame) -> None:
    d, y = design(frame, *PREDICTORS), frame.y.to_numpy()
    hat = d @ np.linalg.inv(d.T @ d) @ d.T
    np.testing.assert_allclose(line.residuals(frame), y - hat @ y, atol=1e-10)
    np.testing.assert_allclose(line.leverage(frame), np.diag(hat), rtol=1e-8)


def test_what_else_is_reported(line: symcat.Solution, odds: symcat.Solution, frame: pd.DataFrame) -> None:
    summary = line.regression
    assert summary is not None
    assert summary.r_squared is not None
    left = 1.0 - summary.r_squared
    assert summary.adjusted_r_squared == pytest.approx(1.0 - left * 59 / 56)
    f = summary.r_squared / 3 / (left / 56)
    assert summary.f_statistic == pytest.approx(f)
    assert summary.f_p_value == pytest.approx(scipy.stats.f.sf(f, 3, 56))
    assert line.log_likelihood is not None
    assert line.aic == pytest.approx(2 * 5 - 2.0 * line.log_likelihood)
    said = str(line.summary())
    for word in ("adjusted R2", "F ", "3 and 56 degrees of freedom", "AIC", "95 % confidence", "lower"):
        assert word in said
    assert "AIC" in str(odds.summary())
    assert odds.regression is not None
    assert odds.regression.f_statistic is None
    joint = symcat.solve(frame[["x", "z"]])
    assert "95 % confidence" in str(joint.summary())  # of any class
    assert symcat.Solution.model_validate_json(line.model_dump_json()) == line


def test_a_hypothesis_is_tested_as_the_smaller_regression_would(line: symcat.Solution, frame: pd.DataFrame) -> None:
    y = frame.y.to_numpy()
    whole = np.linalg.lstsq(design(frame, *PREDICTORS), y)[1][0]
    smaller = np.linalg.lstsq(design(frame, "x"), y)[1][0]
    f = (smaller - whole) / 2 / (whole / 56)
    by_weights = [[0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 1.0, 2.0]]
    for hypothesis in (["g", "z"], by_weights):
        found = line.wald(hypothesis)
        assert (found.law, found.degrees_of_freedom) == ("F", (2, 56))
        assert found.statistic == pytest.approx(f, rel=1e-9)
        assert found.p_value == pytest.approx(scipy.stats.f.sf(f, 2, 56))
    assert line.regression is not None
    assert line.wald("x").p_value == pytest.approx(line.regression.p_values["coefficients"][0])
    assert line.wald("x").statistic == pytest.approx(line.regression.t_values["coefficients"][0] ** 2)
    at = line.wald({"x": 1.0, "z": -1.0}, line.parameters["coefficients"][[0, 2]] @ [1.0, -1.0])
    assert at.p_value == pytest.approx(1.0)
    assert line.wald("intercept", line.parameters["intercept"]).statistic == pytest.approx(0.0)


def test_a_factor_is_tested_as_a_whole(frame: pd.DataFrame) -> None:
    rng = np.random.default_rng(3)
    frame["colour"] = rng.choice(["blue", "green", "red", "white"], len(frame))
    frame["y"] += 0.7 * (frame.colour == "red")
    data = frame[["x", "colour", "z", "y"]]
    answer = symcat.solve(data, target="y")
    levels = [(frame.colour == level).astype(float) for level in ("green", "red", "white")]
    whole = np.column_stack([np.ones(len(frame)), frame.x, *levels, frame.z])
    beta, left, *_ = np.linalg.lstsq(whole, frame.y.to_numpy(), rcond=None)
    _, without, *_ = np.linalg.lstsq(whole[:, [0, 1, 5]], frame.y.to_numpy(), rcond=None)
    freedom = len(frame) - 6
    f = (without[0] - left[0]) / 3 / (left[0] / freedom)
    np.testing.assert_allclose(answer.parameters["coefficients"], beta[1:], rtol=1e-8)
    found = answer.tests
    assert list(found) == ["x", "colour", "z"]
    assert found["colour"].statistic == pytest.approx(f, rel=1e-8)
    assert found["colour"].degrees_of_freedom == (3, freedom)
    assert found["colour"].p_value == pytest.approx(scipy.stats.f.sf(f, 3, freedom), rel=1e-8)
    assert answer.wald("colour") == found["colour"]
    assert answer.regression is not None
    assert found["x"].statistic == pytest.approx(float(np.asarray(answer.regression.t_values["coefficients"])[0]) ** 2)
    assert "All coefficients of a predictor together" in str(answer.summary())
    with pytest.raises(symcat.InvalidData, match="There is no coefficient 'color'"):
        answer.wald("color")


def test_logistic(odds: symcat.Solution, frame: pd.DataFrame) -> None:
    d = design(frame, *PREDICTORS)
    p = 1.0 / (1.0 + np.exp(-d @ joined(odds.parameters)))
    covariance = np.linalg.inv((d * (p * (1.0 - p))[:, None]).T @ d)
    np.testing.assert_allclose(odds.covariance, covariance, rtol=1e-7)
    found = odds.wald(["g", "z"])
    b = joined(odds.parameters)[2:]
    statistic = b @ np.linalg.solve(covariance[2:, 2:], b)
    assert (found.law, found.degrees_of_freedom) == ("chi-square", (2,))
    assert found.statistic == pytest.approx(statistic, rel=1e-6)
    assert found.p_value == pytest.approx(scipy.stats.chi2.sf(statistic, 2), rel=1e-5)
    predicted = odds.predict(frame, interval=0.95)
    assert list(predicted) == ["mean", "lower", "upper"]
    reach = scipy.stats.norm.ppf(0.975) * np.sqrt(np.einsum("mi,ij,mj->m", d, covariance, d))
    along = np.log(p / (1.0 - p))
    np.testing.assert_allclose(predicted["lower"], 1.0 / (1.0 + np.exp(reach - along)), rtol=1e-6)
    np.testing.assert_allclose(predicted["upper"], 1.0 / (1.0 + np.exp(-reach - along)), rtol=1e-6)
    np.testing.assert_allclose(odds.residuals(frame), frame.up - p, atol=1e-8)
    assert odds.residuals(frame).sum() == pytest.approx(0.0, abs=1e-8)
    assert odds.leverage(frame).sum() == pytest.approx(4.0)
    low, high = odds.confidence_intervals(0.95)["intercept"]
    assert high - low == pytest.approx(2.0 * 1.959963984540054 * odds.standard_errors["intercept"])  # type: ignore[index]


def test_what_cannot_be_answered(line: symcat.Solution, frame: pd.DataFrame) -> None:
    joint = symcat.solve(frame[["x", "z"]])
    for ask in (
        lambda s: s.covariance,
        lambda s: s.wald("x"),
        lambda s: s.residuals(frame),
        lambda s: s.leverage(frame),
    ):
        with pytest.raises(symcat.SymcatError, match="solve with target="):
            ask(joint)
    unknown = symcat.lookup("gaussian.full", covariance=[[2.0, 1.0], [1.0, 2.0]], target=0)
    with pytest.raises(symcat.SymcatError, match="n="):
        unknown.predict([[1.0]], interval=0.95)
    for hypothesis, value, message in (
        ("nope", 0.0, "no coefficient 'nope'; there are: intercept, x, g, z"),
        ([[1.0, 2.0]], 0.0, "no combination of intercept, x, g, z"),
        ([], 0.0, "no combination"),
        (["x", "x"], 0.0, "depend on each other"),
        ("x", [1.0, 2.0], "not one number"),
        ("x", "one", "not one number"),
    ):
        with pytest.raises(symcat.InvalidData, match=message):
            line.wald(hypothesis, value)
    with pytest.raises(symcat.InvalidData, match="between 0 and 1"):
        line.predict(frame, interval=95)
    x = np.arange(10.0)
    perfect = symcat.solve({"x": x, "y": 1.0 + x}, target="y")
    with pytest.raises(symcat.SymcatError, match="perfect"):
        perfect.leverage(x)
    band = perfect.predict(x, interval=0.95)
    np.testing.assert_allclose(band["observation_upper"], 1.0 + x, atol=1e-10)


@pytest.mark.slow
@pytest.mark.statistics
def test_intervals_of_five_rows_cover(rng: np.random.Generator) -> None:
    """0.95 with Student's law; the normal one would cover 0.85. One new observation likewise."""
    slope, observation = 0, 0
    n = 2000
    for _ in range(n):
        x = rng.standard_normal(5)
        y = 1.0 + 2.0 * x + rng.standard_normal(5)
        answer = symcat.solve({"x": x, "y": y}, target="y")
        low, high = answer.confidence_intervals(0.95)["coefficients"]
        slope += int(low[0] < 2.0 < high[0])
        new = answer.predict([[0.5]], interval=0.95)
        observation += int(new["observation_lower"][0] < 2.0 + rng.standard_normal() < new["observation_upper"][0])
    assert abs(slope / n - 0.95) < 3.3 * np.sqrt(0.95 * 0.05 / n)
    assert abs(observation / n - 0.95) < 3.3 * np.sqrt(0.95 * 0.05 / n)


def test_hypotheses_that_are_none(rng: np.random.Generator) -> None:
    x = rng.normal(size=30)
    answer = symcat.solve({"x": x, "y": x + rng.normal(size=30)}, target="y")
    for hypothesis in (5, None, {"x": "a"}, [["a", "b"]]):
        with pytest.raises(symcat.InvalidData, match="is no combination of"):
            answer.wald(hypothesis)
    with pytest.raises(symcat.InvalidData, match="not finite"):
        answer.wald("x", float("nan"))
    with pytest.raises(symcat.InvalidData, match="leave double precision"):
        answer.wald({"x": 1e308})


def test_a_predictor_called_intercept_is_not_the_intercept(rng: np.random.Generator) -> None:
    x, z = rng.normal(size=(2, 60))
    answer = symcat.solve({"intercept": x, "z": z, "y": x + z + rng.normal(size=60)}, target="y")
    for hypothesis in ("intercept", ["intercept", "z"], {"intercept": 1.0}):
        with pytest.raises(symcat.InvalidData, match="is the intercept and a predictor too"):
            answer.wald(hypothesis)
    assert answer.wald([[0.0, 0.0, 1.0]]) == answer.wald("z")
