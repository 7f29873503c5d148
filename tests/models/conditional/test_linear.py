"""Regression as a conditional Gaussian: the numbers of ordinary least squares, from rows or from averages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.stats

import symcat

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
    fewer = symcat.solve(frame[:200], target="y")  # blocks of one row each: exactly HC0
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
    frame["twin"] = a + 1e-6 * rng.standard_normal(300)
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
