"""Least squares in numbers: certified values, perfect fits, regressions through zero, the digits that are promised."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symcat
from symcat.data.moments import Floats
from symcat.data.schema import Schema
from symcat.models.conditional import least_squares
from tests.models.encoded import moments

X = np.arange(21.0)
POWERS = {f"x{k}": X**k for k in range(1, 6)}
# NIST Statistical Reference Datasets, Wampler: the errors added to 1 + x + ... + x^5.
DELTA = [759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048, 2048]
DELTA = np.array(DELTA + DELTA[9::-1], dtype=np.float64)
ERRORS = [2152.32624678170, 2363.55173469681, 779.343524331583, 101.475507550350, 5.64566512170752, 0.112324854679312]


def joined(values: Any) -> Floats:
    return np.append(values.get("intercept", []), values["coefficients"])


def wampler(y: Floats) -> Any:
    return symcat.solve(POWERS | {"y": y}, target="y")


@pytest.mark.parametrize(
    ("y", "base"), [(1.0 + sum(POWERS.values()), 1.0), (sum((0.1 * X) ** k for k in range(6)), 0.1)]
)
def test_wampler_1_and_2_are_perfect_fits(y: Floats, base: float) -> None:
    answer = wampler(y)
    np.testing.assert_allclose(joined(answer.parameters), base ** np.arange(6), rtol=1e-8)
    perfect(answer)


def perfect(answer: Any, deviation: float = 0.0) -> None:
    """No residual; errors of rounding; nothing that is no number."""
    assert answer.regression.r_squared == 1.0
    assert answer.regression.residual_standard_deviation <= deviation
    assert (joined(answer.standard_errors) > 0.0).all()
    assert (joined(answer.standard_errors) < 1e-6 * np.abs(joined(answer.parameters)).max()).all()
    assert np.isfinite(joined(answer.regression.t_values)).all()
    assert np.isfinite(joined(answer.regression.p_values)).all()
    assert answer.log_likelihood is None  # it has no maximum
    assert answer.bic is None
    assert "nan" not in str(answer).lower()
    assert symcat.Solution.model_validate_json(answer.model_dump_json()) == answer


@pytest.mark.parametrize(("scale", "r_squared"), [(1.0, 0.999995559025820), (100.0, 0.957478440825662)])
def test_wampler_3_and_4_meet_the_certified_values(scale: float, r_squared: float) -> None:
    answer = wampler(1.0 + sum(POWERS.values()) + scale * DELTA)
    np.testing.assert_allclose(joined(answer.parameters), 1.0, rtol=1e-7)
    np.testing.assert_allclose(joined(answer.standard_errors), scale * np.array(ERRORS), rtol=1e-7)
    assert answer.regression.residual_standard_deviation == pytest.approx(scale * 2360.14502379268, rel=1e-9)
    assert answer.regression.r_squared == pytest.approx(r_squared, rel=1e-12)
    # Residuals of two sizes are told, and are no fault of the numbers.
    assert all(check.passed for check in answer.checks if not check.name.startswith("residual kurtosis"))


def test_no_int_1_meets_the_certified_values(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": np.arange(60, 71), "y": np.arange(130, 141)})
    answer = symcat.solve(frame, target="y", intercept=False)
    assert set(answer.parameters) == {"coefficients"}
    assert answer.parameters["coefficients"][0] == pytest.approx(2.07438016528926, rel=1e-13)
    assert answer.standard_errors["coefficients"][0] == pytest.approx(0.0165289256198347, rel=1e-12)
    assert answer.regression.residual_standard_deviation == pytest.approx(3.56753034006338, rel=1e-12)
    assert answer.regression.r_squared == pytest.approx(0.999365492298663, rel=1e-13)
    assert answer.regression.degrees_of_freedom == 10
    assert answer.predict([[100.0]])[0] == pytest.approx(207.438016528926)
    assert "intercept" not in str(answer)
    assert symcat.Solution.model_validate_json(answer.model_dump_json()) == answer
    perfect(symcat.solve(frame, target="y"))  # y = 70 + x


@settings(max_examples=40, deadline=None)
@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6).filter(lambda b: abs(b) > 1e-3), st.integers(4, 50), st.booleans())
def test_a_line_is_found_exactly(start: float, slope: float, n: int, shifted: bool) -> None:
    x = np.arange(n) + 1000.0 * shifted
    answer = symcat.solve({"x": x, "y": start + slope * x}, target="y")
    perfect(answer)
    tolerance = 1e-12 * (abs(start) + abs(slope) * x.max())
    assert abs(answer.parameters["intercept"] - start) <= tolerance * (1.0 + 1000.0 * shifted)
    assert abs(answer.parameters["coefficients"][0] - slope) <= tolerance
    np.testing.assert_allclose(answer.predict(x[:, None]), start + slope * x, atol=tolerance)


def test_a_perfect_fit_of_averages_and_of_groups_says_how_large_its_errors_may_be() -> None:
    x = np.arange(10.0)
    covariance = np.cov([x, 2.0 + 3.0 * x], ddof=0)
    for n in (10, None):
        answer = symcat.lookup("gaussian.full", mean=[4.5, 15.5], covariance=covariance, n=n, target=1)
        assert answer.parameters["coefficients"][0] == pytest.approx(3.0, rel=1e-14)
        assert answer.regression.r_squared == 1.0
        assert answer.regression.residual_standard_deviation < 1e-6
    perfect(symcat.lookup("gaussian.full", mean=[4.5, 15.5], covariance=covariance, n=10, target=1), 1e-6)
    frame = pd.DataFrame({"g": np.repeat(["a", "b"], 10), "x": np.tile(x, 2), "y": np.r_[2.0 + 3.0 * x, -x]})
    groups = symcat.solve(frame, by="g", target="y")
    np.testing.assert_allclose(groups["coefficient_x"], [3.0, -1.0], rtol=1e-13)
    assert groups["r_squared"].tolist() == [1.0, 1.0]
    assert groups["reason"].isna().all()


def of_one(rows: Floats, target: int, **options: bool) -> least_squares.LeastSquares:
    return least_squares.of_rows(rows[None], np.ones((1, len(rows))), target, **options)


def test_through_zero_from_rows_and_from_averages(rng: np.random.Generator) -> None:
    x = rng.standard_normal((300, 3)) + np.array([5.0, 0.0, -2.0])
    y = x @ [1.0, 2.0, 3.0] + rng.standard_normal(300)
    rows = np.column_stack([x, y])
    beta, squares = np.linalg.lstsq(x, y)[:2]
    covariance = np.linalg.inv(x.T @ x) * squares[0] / 297
    for found in (
        of_one(rows, 3, intercept=False),
        least_squares.fit(moments(rows, Schema.real("abcd")), 3, intercept=False),
    ):
        np.testing.assert_allclose(found.coefficients[0], beta, rtol=1e-9)
        np.testing.assert_allclose(found.covariance[0], covariance, rtol=1e-9)
        np.testing.assert_allclose(found.r_squared, 1.0 - squares[0] / (y @ y), rtol=1e-12)
        np.testing.assert_allclose(found.degrees_of_freedom, 297)


def test_the_covariance_of_the_coefficients(rng: np.random.Generator) -> None:
    x = rng.standard_normal((200, 2)) * [3.0, 0.1] + [50.0, 2.0]
    rows = np.column_stack([x[:, 0], x @ [1.0, 2.0] + rng.standard_normal(200), x[:, 1]])
    design = np.column_stack([np.ones(200), x])
    squares = np.linalg.lstsq(design, rows[:, 1])[1][0]
    covariance = np.linalg.inv(design.T @ design) * squares / 197
    for found in (
        of_one(rows, 1),
        least_squares.fit(moments(rows, Schema.real("abc")), 1),
    ):
        np.testing.assert_allclose(found.covariance[0], covariance, rtol=1e-8)


@pytest.mark.parametrize("noise", [0.0, 1e-3, 1.0])
@pytest.mark.parametrize("closeness", [1.0, 1e-2, 1e-4, 1e-6, 1e-8])
def test_the_digits_promised_are_those_delivered(closeness: float, noise: float, rng: np.random.Generator) -> None:
    """Of the largest standardised coefficient, against 60 digits."""
    a = rng.standard_normal(40)
    x = np.column_stack([a, a + closeness * rng.standard_normal(40), rng.standard_normal(40)]) + 3.0
    y = x @ [1.0, 2.0, -1.0] + noise * rng.standard_normal(40)
    with mpmath.workdps(60):
        design = mpmath.matrix(np.column_stack([np.ones(40), x]).tolist())
        exact = mpmath.lu_solve(design.T * design, design.T * mpmath.matrix(y.tolist()))
        beta = np.array([float(value) for value in exact])[1:]
    length = x.std(axis=0)
    rows = np.column_stack([x, y])
    for found in (
        of_one(rows, 3),
        least_squares.fit(moments(rows, Schema.real("abcd")), 3),
    ):
        if np.isnan(found.coefficients).any():
            continue
        off = np.abs((found.coefficients[0, 1:] - beta) * length).max() / np.abs(beta * length).max()
        assert off < 10.0 ** -found.digits[0]


def test_what_a_regression_says_of_columns_that_do_not_vary() -> None:
    x = np.arange(30.0)
    with pytest.raises(symcat.InvalidData, match=r"^Column 'zero' is constant \(0 in every row\)"):
        symcat.solve({"zero": np.zeros(30), "x": x, "y": x**2}, target="y", intercept=False, columns=["zero", "x"])
    table = {"const": np.full(30, 2.5), "x": x, "y": x**2}
    own = symcat.solve(table, target="y", intercept=False, columns=["const", "x", "y"])
    usual = symcat.solve({"x": x, "y": x**2}, target="y")
    assert 2.5 * own.parameters["coefficients"][0] == pytest.approx(usual.parameters["intercept"])


def test_a_polynomial_beyond_the_digits_of_its_averages() -> None:
    """Like Filip's: powers to the tenth on [-9, -3] are refused in true words, to the seventh they are answered."""
    x = np.linspace(-9.0, -3.0, 82)
    table = {f"x{k}": x**k for k in range(1, 11)}
    y = 1.0 + np.sin(3.0 * x)
    seven = np.column_stack(list(table.values())[:7])
    answer = symcat.solve(dict(list(table.items())[:7]) | {"y": y}, target="y")
    centred = (x + 6.0) / 3.0
    smooth = np.polynomial.Polynomial(np.polynomial.polynomial.polyfit(centred, y, 7))
    np.testing.assert_allclose(answer.predict(seven), smooth(centred), atol=1e-6)
    with pytest.raises(symcat.InvalidData, match=r"depend on each other .* rounding leaves fewer than two digits"):
        symcat.solve(table | {"y": y}, target="y")
