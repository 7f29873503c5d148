"""The five Gaussian classes: maximum likelihood under their symmetry, and its errors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symcat
from symcat.labels import GAUSSIAN
from symcat.lookup import find_model
from symcat.models.gaussian.gaussian import projectors


@pytest.mark.parametrize("label", GAUSSIAN[1:])
@pytest.mark.parametrize("dimension", [1, 2, 3, 4, 7])
def test_projectors_are_a_resolution_of_the_identity(label: str, dimension: int) -> None:
    found = projectors(label, dimension)
    assert found is not None
    np.testing.assert_allclose(sum(found), np.eye(dimension), atol=1e-14)
    for p in found:
        np.testing.assert_allclose(p @ p, p, atol=1e-14)


@settings(max_examples=20)
@given(st.integers(0, 1000), st.sampled_from(GAUSSIAN), st.sampled_from([2, 4, 5]))
def test_no_neighbouring_precision_is_more_likely(seed: int, label: str, dimension: int) -> None:
    """The answer is the maximum of the row-wise likelihood within its class."""
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((50, dimension)) @ rng.standard_normal((dimension, dimension)) + 3.0
    answer = symcat.solve(rows, classes=[label])

    def log_likelihood(mean: np.ndarray, precision: np.ndarray) -> float:
        y = rows - mean
        quadratic = np.einsum("mi,ij,mj->", y, precision, y)
        return float(0.5 * (len(rows) * (np.linalg.slogdet(precision)[1] - dimension * np.log(2 * np.pi)) - quadratic))

    mean, precision = answer.parameters["mean"], answer.parameters["precision"]
    assert log_likelihood(mean, precision) == pytest.approx(answer.log_likelihood, rel=1e-10)
    assert answer.log_density(rows).sum() == pytest.approx(answer.log_likelihood, rel=1e-10)
    directions = projectors(label, dimension) or [np.outer(a, a) for a in rng.standard_normal((6, dimension))]
    for p in directions:
        for step in (1e-3, -1e-3):
            assert log_likelihood(mean, precision + step * np.trace(precision) * p / dimension) < answer.log_likelihood


def test_errors_of_the_precision_match_their_spread() -> None:
    rng = np.random.default_rng(0)
    for label in GAUSSIAN:
        model = find_model(label, 3)
        estimates, errors, robust = [], [], []
        for _ in range(300):
            answer = symcat.solve(rng.standard_normal((400, 3)), classes=[label])
            estimates.append(answer.parameters["precision"])
            errors.append(answer.standard_errors["precision"])
            robust.append(answer.robust_standard_errors["precision"])
        spread = np.std(estimates, axis=0)
        on = spread > 1e-9  # entries that the class leaves free
        np.testing.assert_allclose(np.mean(errors, axis=0)[on], spread[on], rtol=0.15, err_msg=model.label)
        np.testing.assert_allclose(np.mean(robust, axis=0)[on], spread[on], rtol=0.15, err_msg=model.label)


@pytest.mark.parametrize(
    ("label", "covariance"),
    [
        ("gaussian.isotropic", np.eye(5)),
        ("gaussian.diagonal", np.diag([1.0, 2.0, 3.0, 4.0, 5.0])),
        ("gaussian.exchangeable", 0.5 + 0.5 * np.eye(5)),
        ("gaussian.full", np.diag([1.0, 2.0, 3.0, 4.0, 5.0]) + 0.5),
    ],
)
def test_the_class_of_sampled_data_is_found(label: str, covariance: np.ndarray) -> None:
    # Exchangeable columns share one mean; columns that do not are told apart by it.
    mean = np.zeros(5) if label == "gaussian.exchangeable" else np.arange(5.0)
    rows = np.random.default_rng(4).multivariate_normal(mean, covariance, size=5000)
    assert symcat.solve(rows).label == label


def test_a_ring_of_columns_is_found() -> None:
    d = 6
    lag = np.abs(np.subtract.outer(np.arange(d), np.arange(d)))
    covariance = np.eye(d) + 0.4 * ((lag == 1) | (lag == d - 1))
    rows = np.random.default_rng(4).multivariate_normal(np.full(d, 2.0), covariance, size=4000)
    answer = symcat.solve(rows)
    assert answer.label == "gaussian.cyclic"
    np.testing.assert_allclose(answer.parameters["precision"], np.linalg.inv(covariance), atol=0.15)
