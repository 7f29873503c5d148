"""Least squares as a conditional model: the numbers of ordinary least squares, from rows or from averages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.stats

import symcat
from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.models.conditional.linear import Linear, residual_deviation
from symcat.models.fit import Observed
from tests.models.encoded import moments, of_one
from tests.models.observing import grouped_errors

# NIST Statistical Reference Datasets, Longley: certified values.
LONGLEY = {
    "intercept": (-3482258.63459582, 890420.383607373),
    "GNPDEFL": (15.0618722713733, 84.9149257747669),
    "GNP": (-0.0358191792925910, 0.0334910077722432),
    "UNEMP": (-2.02022980381683, 0.488399681651699),
    "ARMED": (-1.03322686717359, 0.214274163161675),
    "POP": (-0.0511041056535807, 0.226073200069370),
    "YEAR": (1829.15146461355, 455.478499142212),
}
RESIDUAL_DEVIATION, R_SQUARED = 304.854073561965, 0.995479004577296


def digits(value: float, certified: float) -> float:
    """Log relative error: the number of correct digits (McCullough 1998)."""
    return float(-np.log10(max(abs(value - certified) / abs(certified), 1e-16)))


def test_longley_meets_the_certified_values(examples: Path) -> None:
    answer = symcat.solve(examples / "longley.csv", target="TOTEMP")
    assert answer.regression is not None
    names = answer.regression.predictors
    for name, (value, error) in LONGLEY.items():
        if name == "intercept":
            found, found_error = answer.parameters["intercept"], answer.standard_errors["intercept"]
        else:
            found = answer.parameters["coefficients"][names.index(name)]
            found_error = answer.standard_errors["coefficients"][names.index(name)]
        assert digits(found, value) >= 7.0, name
        assert digits(found_error, error) >= 7.0, name
    assert digits(answer.regression.residual_standard_deviation, RESIDUAL_DEVIATION) >= 7.0
    assert digits(answer.regression.r_squared, R_SQUARED) >= 7.0


def test_the_numbers_of_ordinary_least_squares(rng: np.random.Generator) -> None:
    n = 500
    x = rng.standard_normal((n, 4)) * [1.0, 10.0, 0.1, 3.0] + [5.0, 100.0, 0.0, -2.0]
    y = x @ [1.0, -0.2, 7.0, 0.0] + 3.0 + rng.standard_normal(n)
    frame = pd.DataFrame(x, columns=list("abcd")).assign(y=y)
    answer = symcat.solve(frame, target="y")
    summary = answer.regression
    assert summary is not None

    # The peer: QR on the rows, textbook formulas.
    design = np.column_stack([np.ones(n), x])
    beta = np.linalg.lstsq(design, y)[0]
    residual = y - design @ beta
    inverse = np.linalg.inv(np.linalg.qr(design)[1])
    spread = inverse @ inverse.T
    errors = np.sqrt(np.diag(spread) * (residual @ residual) / (n - 5))
    p_values = 2.0 * scipy.stats.t.sf(np.abs(beta / errors), n - 5)
    scores = design * residual[:, None]
    heteroscedastic = np.sqrt(np.diag(spread @ (scores.T @ scores) @ spread))  # HC0, White 1980
    log_likelihood = -0.5 * n * (np.log(2.0 * np.pi * (residual @ residual) / n) + 1.0)

    def joined(values: dict[str, object]) -> np.ndarray:
        return np.append(values["intercept"], values["coefficients"])

    np.testing.assert_allclose(joined(answer.parameters), beta, rtol=1e-8)
    np.testing.assert_allclose(joined(answer.standard_errors), errors, rtol=1e-8)
    np.testing.assert_allclose(joined(summary.t_values), beta / errors, rtol=1e-8)
    np.testing.assert_allclose(joined(summary.p_values), p_values, rtol=1e-6, atol=1e-300)
    assert summary.r_squared == pytest.approx(1.0 - residual @ residual / ((y - y.mean()) @ (y - y.mean())), rel=1e-10)
    assert answer.log_likelihood == pytest.approx(log_likelihood, rel=1e-10)
    np.testing.assert_allclose(answer.predict(x), design @ beta, rtol=1e-9)
    assert answer.log_density(frame.to_numpy()).sum() == pytest.approx(log_likelihood, rel=1e-9)
    np.testing.assert_allclose(joined(answer.robust_standard_errors), heteroscedastic, rtol=0.2)
    fewer = symcat.solve(frame[:200], target="y", errors="HC0")
    rows, e = design[:200], (y - 0.0)[:200]
    e = e - rows @ np.linalg.lstsq(rows, e)[0]
    bread = np.linalg.inv(rows.T @ rows)
    exact = np.sqrt(np.diag(bread @ ((rows * e[:, None]).T @ (rows * e[:, None])) @ bread))
    np.testing.assert_allclose(joined(fewer.robust_standard_errors), exact, rtol=1e-8)


def test_regression_from_a_moment_matrix_equals_that_from_rows(rng: np.random.Generator) -> None:
    rows = rng.standard_normal((200, 3)) @ rng.standard_normal((3, 3)) + 4.0
    from_rows = symcat.solve(rows, target="x0")
    mean, covariance = rows.mean(axis=0), np.cov(rows.T, ddof=0)
    from_averages = symcat.lookup("gaussian.full", mean=mean, covariance=covariance, n=200, target=0)
    for name in ("intercept", "coefficients"):
        np.testing.assert_allclose(from_averages.parameters[name], from_rows.parameters[name], rtol=1e-10)
        np.testing.assert_allclose(from_averages.standard_errors[name], from_rows.standard_errors[name], rtol=1e-10)
    k = symcat.solve(rows, classes=["gaussian.full"]).parameters["precision"]
    np.testing.assert_allclose(from_rows.parameters["coefficients"], -k[0, 1:] / k[0, 0], rtol=1e-8)


def test_nearly_dependent_predictors_are_named(rng: np.random.Generator) -> None:
    a, b = rng.standard_normal((2, 300))
    frame = pd.DataFrame({"a": a, "b": b, "twin": a + 1e-5 * rng.standard_normal(300), "y": a + b})
    frame["y"] += rng.standard_normal(300)
    collinearity = symcat.solve(frame, target="y").checks[0]
    assert not collinearity.passed
    assert "'a'" in collinearity.detail
    assert "'twin'" in collinearity.detail
    frame["twin"] = a + 1e-7 * rng.standard_normal(300)
    with pytest.raises(symcat.InvalidData, match=r"'a'.*depend on each other|'twin'.*depend on each other"):
        symcat.solve(frame, target="y")


def test_what_a_regression_refuses(rng: np.random.Generator) -> None:
    rows = rng.standard_normal((5, 5))
    with pytest.raises(symcat.InvalidData, match="at least 6 rows"):
        symcat.solve(rows, target="x0")
    with pytest.raises(symcat.InvalidData, match="'nope'"):
        symcat.solve(rng.standard_normal((50, 2)), target="nope")
    with pytest.raises(symcat.SymcatError, match="cannot be sampled"):
        symcat.solve(rng.standard_normal((50, 2)), target="x0").sample(3)


def test_averages_without_a_number_of_rows_tell_coefficients_but_no_errors(rng: np.random.Generator) -> None:
    rows = rng.standard_normal((200, 3)) @ rng.standard_normal((3, 3))
    answer = symcat.lookup("gaussian.full", covariance=np.cov(rows.T, ddof=0), target=0)
    expected = symcat.solve(rows, target="x0").parameters["coefficients"]
    np.testing.assert_allclose(answer.parameters["coefficients"], expected, rtol=1e-9)
    assert answer.standard_errors is None
    assert answer.log_likelihood is None


# --- the class by itself ---------------------------------------------------------------------------------------------

SCHEMA = Schema(("x", "b", "t", "y"), (None, (False, True), (3, 7), None))
Y = 3


def encoded(rng: np.random.Generator, n: int) -> np.ndarray:
    """Rows of x, b and t as -1 and +1, and y = 3 + x / 2 + 0.7 b + 0.3 t + noise in the columns' own values."""
    b, t = np.where(rng.random((2, n)) < 0.4, 1.0, -1.0)
    x = 50.0 + 4.0 * rng.standard_normal(n) + b
    y = 3.0 + 0.5 * x + 0.7 * (b > 0) + 0.3 * np.where(t > 0, 7.0, 3.0) + rng.standard_normal(n)
    return np.column_stack([x, b, t, y])


def own(rows: np.ndarray) -> np.ndarray:
    """The design of the peer: a constant, x, b as 0 and 1, t as 3 and 7."""
    return np.column_stack([np.ones(len(rows)), rows[:, 0], rows[:, 1] > 0, np.where(rows[:, 2] > 0, 7.0, 3.0)])


def test_two_valued_predictors_enter_with_their_own_numbers(rng: np.random.Generator) -> None:
    rows = encoded(rng, 400)
    model = Linear("mixed.conditional_gaussian", SCHEMA, Y)
    fit = model.fit(moments(rows, SCHEMA))
    beta, squares = np.linalg.lstsq(own(rows), rows[:, Y])[:2]
    errors = np.sqrt(np.diag(np.linalg.inv(own(rows).T @ own(rows))) * squares[0] / 396)
    np.testing.assert_allclose(fit.parameters["intercept"][0], beta[0], rtol=1e-9)
    np.testing.assert_allclose(fit.parameters["coefficients"][0], beta[1:], rtol=1e-9)
    np.testing.assert_allclose(fit.standard_errors["intercept"][0], errors[0], rtol=1e-9)
    np.testing.assert_allclose(fit.standard_errors["coefficients"][0], errors[1:], rtol=1e-9)
    assert fit.n_parameters == 5
    assert fit.label == "mixed.conditional_gaussian"
    robust = grouped_errors(model, fit, moments(rows, SCHEMA, 400))
    score = own(rows) * (rows[:, Y] - own(rows) @ beta)[:, None]
    bread = np.linalg.inv(own(rows).T @ own(rows))
    exact = np.sqrt(np.diag(bread @ score.T @ score @ bread))
    np.testing.assert_allclose(np.append(robust["intercept"], robust["coefficients"]), exact, rtol=1e-8)
    values, log_z = of_one(fit), float(fit.log_partition[0])
    np.testing.assert_allclose(model.predict(values, rows[:, :Y]), own(rows) @ beta, rtol=1e-10)
    assert model.log_density(values, log_z, rows).sum() == pytest.approx(float(fit.log_likelihood[0]), rel=1e-10)
    assert residual_deviation(log_z) == pytest.approx(np.sqrt(squares[0] / 400), rel=1e-10)


def test_robust_errors_through_zero(rng: np.random.Generator) -> None:
    """HC0 to HC3, from the hat matrix of the rows themselves (MacKinnon & White 1985)."""
    x = rng.standard_normal((60, 2)) + np.array([5.0, -2.0])
    y = x @ [1.0, 3.0] + x[:, 0] * rng.standard_normal(60)
    bread = np.linalg.inv(x.T @ x)
    hat = np.einsum("mi,ij,mj->m", x, bread, x)
    squares = (y - x @ (bread @ x.T @ y)) ** 2
    for kind, factor in (("HC0", 1.0), ("HC1", 60 / 58), ("HC2", 1.0 / (1.0 - hat)), ("HC3", (1.0 - hat) ** -2)):
        answer = symcat.solve({"a": x[:, 0], "b": x[:, 1], "y": y}, target="y", intercept=False, errors=kind)
        expected = np.sqrt(np.diag(bread @ (x.T * (squares * factor)) @ x @ bread))
        assert set(answer.robust_standard_errors) == {"coefficients"}
        np.testing.assert_allclose(answer.robust_standard_errors["coefficients"], expected, rtol=1e-9)
    rows = np.column_stack([x, y])
    model = Linear("gaussian.full", Schema.real("aby"), 2, intercept=False)
    whole, groups = moments(rows, Schema.real("aby")), moments(rows, Schema.real("aby"), 60)
    fit = model.fit(whole)
    np.testing.assert_allclose(
        model.row_influence(fit, rows, whole)["coefficients"],
        model.influence(fit, groups, whole)["coefficients"],
        rtol=1e-7,
        atol=1e-12,
    )


def test_a_perfect_fit_has_robust_errors_of_rounding() -> None:
    x = np.arange(40.0)
    for kind in ("HC0", "HC3"):
        errors = symcat.solve({"x": x, "y": 2.0 + 3.0 * x}, target="y", errors=kind).robust_standard_errors
        assert all(0.0 <= float(np.max(value)) < 1e-9 for value in errors.values())


def test_robust_errors_are_withheld_where_averages_do_not_tell_them(rng: np.random.Generator) -> None:
    a = rng.standard_normal(50)
    frame = {"a": a, "b": a + 1e-6 * rng.standard_normal(50), "y": a + 0.01 * rng.standard_normal(50)}
    answer = symcat.solve(frame, target="y")
    assert answer.regression.condition_number > 1e12
    assert np.isfinite(answer.standard_errors["coefficients"]).all()
    assert not answer.robust_standard_errors


def test_the_free_energy_is_what_the_density_says(rng: np.random.Generator) -> None:
    import sympy

    rows = encoded(rng, 100)
    model = Linear("mixed.conditional_gaussian", SCHEMA, Y)
    fit = model.fit(moments(rows, SCHEMA))
    values, log_z = of_one(fit), float(fit.log_partition[0])
    energy = model.free_energy(values, log_z, SCHEMA.columns)
    shown = dict(zip(SCHEMA.columns, [*own(rows)[0, 1:], rows[0, Y]], strict=True))
    value = float(energy.subs({sympy.Symbol(name, real=True): number for name, number in shown.items()}))
    assert value == pytest.approx(-model.log_density(values, log_z, rows[:1])[0] - log_z, rel=1e-9)


def test_a_batch_is_many_single_fits_and_refuses_group_by_group(rng: np.random.Generator) -> None:
    rows = encoded(rng, 120)
    rows[40:80, 1] = 1.0
    rows[80:, 0] = rows[80:, 1] + 2.0 * rows[80:, 2]
    model = Linear("mixed.conditional_gaussian", SCHEMA, Y)
    groups = moments(rows, SCHEMA, 3)
    fit = model.fit(groups)
    single = model.fit(moments(rows[:40], SCHEMA))
    assert fit.answered.tolist() == [True, False, False]
    assert [fit.why(g) for g in (1, 2)] == ["a column is constant", "the predictors depend on each other"]
    for name, value in single.parameters.items():
        np.testing.assert_allclose(fit.parameters[name][0], value[0], rtol=1e-8)
        np.testing.assert_allclose(fit.standard_errors[name][0], single.standard_errors[name][0], rtol=1e-8)
    assert np.isnan(fit.parameters["coefficients"][1:]).all()
    assert np.isnan(fit.regression.r_squared[1:]).all()
    checks = model.checks(fit, Observed(groups))
    assert [check.name for check in checks] == ["collinearity", "residual variance"]
    assert all(check.made.tolist() == [True, False, False] for check in checks)
    assert "digits" in checks[0].detail(0)


def test_why_one_table_is_refused_is_a_sentence_that_names_the_columns(rng: np.random.Generator) -> None:
    model = Linear("mixed.conditional_gaussian", SCHEMA, Y)

    def why(rows: np.ndarray) -> str:
        return model.fit(moments(rows, SCHEMA)).why(0)

    rows = encoded(rng, 50)
    assert why(rows[:4]) == (
        "4 rows cannot determine 3 coefficients, an intercept and a variance: at least 5 rows are needed. Give more "
        "rows or fewer columns."
    )
    constant = rows.copy()
    constant[:, 2] = 1.0
    assert why(constant) == "Column 't' is constant (7 in every row): leave it out with columns=."
    twin = rows.copy()
    twin[:, 0] = 3.0 * rows[:, 1] + 1e-7 * rng.standard_normal(50)
    assert "The predictors 'x', 'b' depend" in why(twin) or "The predictors 'b', 'x' depend" in why(twin)


def test_formula_entries_and_sampling() -> None:
    model = Linear("gaussian.full", Schema.real("xyz"), 1)
    values = {"intercept": 1.0, "coefficients": np.array([2.0, 3.0])}
    assert model.formula(values) == "(y - intercept - x . coefficients)^2 / (2 sigma^2)"
    assert list(model.entries("intercept", values)) == [((), "")]
    assert list(model.entries("coefficients", values)) == [((0,), (0,)), ((1,), (2,))]
    with pytest.raises(symcat.SymcatError, match="cannot be sampled"):
        model.sample(values, 3, np.random.default_rng(0))


def test_averages_alone_have_no_errors() -> None:
    averages = Moments(("x", "y"), np.array([np.nan]), np.zeros((1, 2)), 1.0, np.zeros((1, 2)), np.eye(2)[None] + 0.5)
    fit = Linear("gaussian.full", Schema.real("xy"), 1).fit(averages)
    assert fit.standard_errors == {}
    assert fit.parameters["coefficients"][0, 0] == pytest.approx(1.0 / 3.0)
    assert fit.regression.residual_standard_deviation[0] == pytest.approx(np.sqrt(1.5 - 0.5 / 3.0))
