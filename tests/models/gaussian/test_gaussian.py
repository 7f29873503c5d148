"""The five Gaussian classes: maximum likelihood under their symmetry, its errors, and how it is printed."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcat.data.schema import Schema
from symcat.models.gaussian import FAMILY
from symcat.models.gaussian.gaussian import GROUPS
from symcat.models.weighing import weigh
from symcat.symmetry.groups import group
from tests.models.observing import assert_batch_is_single, blocks, grouped_errors, model_of, moments_of, names, observed

LABELS = tuple(GROUPS)
"""Those whose symmetry does not depend on the rows."""


@settings(max_examples=20)
@given(st.integers(0, 1000), st.sampled_from(LABELS), st.sampled_from([2, 4, 5]))
def test_no_neighbouring_precision_is_more_likely(seed: int, label: str, dimension: int) -> None:
    """The answer is the maximum of the row-wise likelihood within its class."""
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((50, dimension)) @ rng.standard_normal((dimension, dimension)) + 3.0
    model = model_of(FAMILY, label, dimension)
    fit = model.fit(moments_of([rows]))

    def log_likelihood(mean: np.ndarray, precision: np.ndarray) -> float:
        if np.linalg.eigvalsh(precision)[0] <= 0.0:
            return -np.inf  # no density
        y = rows - mean
        quadratic = np.einsum("mi,ij,mj->", y, precision, y)
        return float(0.5 * (len(rows) * (np.linalg.slogdet(precision)[1] - dimension * np.log(2 * np.pi)) - quadratic))

    parameters = {name: values[0] for name, values in fit.parameters.items()}
    mean, precision = parameters["mean"], parameters["precision"]
    best = float(fit.log_likelihood[0])
    assert log_likelihood(mean, precision) == pytest.approx(best, rel=1e-10)
    density = model.log_density(parameters, float(fit.log_partition[0]), rows)
    assert density.sum() == pytest.approx(best, rel=1e-10)
    directions = group(GROUPS[label]).projectors(dimension) or [
        np.outer(a, a) for a in rng.standard_normal((6, dimension))
    ]
    for p in directions:
        for step in (1e-3, -1e-3):
            assert log_likelihood(mean, precision + step * np.trace(precision) * p / dimension) < best


@pytest.mark.slow
def test_errors_of_the_precision_match_their_spread() -> None:
    rng = np.random.default_rng(0)
    for label in LABELS:
        model = model_of(FAMILY, label, 3)
        estimates, errors, robust = [], [], []
        for _ in range(300):
            rows = rng.standard_normal((400, 3))
            fit = model.fit(moments_of([rows]))
            estimates.append(fit.parameters["precision"][0])
            errors.append(fit.standard_errors["precision"][0])
            robust.append(grouped_errors(model, fit, blocks(rows))["precision"][0])
        spread = np.std(estimates, axis=0)
        on = spread > 1e-9  # entries that the class leaves free
        np.testing.assert_allclose(np.mean(errors, axis=0)[on], spread[on], rtol=0.15, err_msg=model.label)
        np.testing.assert_allclose(np.mean(robust, axis=0)[on], spread[on], rtol=0.15, err_msg=model.label)


def taken(rows: np.ndarray) -> tuple[str, np.ndarray]:
    """The label and the precision of the class that the rows take among the Gaussians."""
    d = rows.shape[1]
    models = [model_of(FAMILY, label, d) for label in FAMILY.candidates(Schema.real(names(d)))]
    winner = weigh(models, observed(rows)).winner()
    assert winner is not None
    return winner.label, winner.fit.parameters["precision"][0]


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
    assert taken(rows)[0] == label


def test_a_ring_of_columns_is_found() -> None:
    d = 6
    lag = np.abs(np.subtract.outer(np.arange(d), np.arange(d)))
    covariance = np.eye(d) + 0.4 * ((lag == 1) | (lag == d - 1))
    rows = np.random.default_rng(4).multivariate_normal(np.full(d, 2.0), covariance, size=4000)
    label, precision = taken(rows)
    assert label == "gaussian.cyclic"
    np.testing.assert_allclose(precision, np.linalg.inv(covariance), atol=0.15)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("dimension", [1, 4])
@pytest.mark.parametrize("center", [None, "mean", np.float64(0.5)])
def test_groups_get_what_each_gets_alone(label: str, dimension: int, center: object) -> None:
    rng = np.random.default_rng(11)
    sizes = rng.integers(2, 40, size=3000 // dimension)  # more than are run without the compiler
    tables = [rng.standard_normal((n, dimension)) ** rng.choice([1, 3]) + 5.0 for n in sizes]
    tables[60][:, 0] = tables[0][0, 0]  # does not vary
    if isinstance(center, float):
        center = np.full(dimension, center)
    assert_batch_is_single(model_of(FAMILY, label, dimension), tables, center)  # type: ignore[arg-type]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("dimension", [1, 3])
def test_every_parameter_is_printed(label: str, dimension: int) -> None:
    model = model_of(FAMILY, label, dimension)
    rows = np.random.default_rng(0).standard_normal((50, dimension))
    parameters = {name: values[0] for name, values in model.fit(moments_of([rows])).parameters.items()}
    for name, values in parameters.items():
        assert name in model.formula(parameters)
        entries = model.entries(name, parameters)
        seen = np.zeros(values.shape, dtype=bool)
        for index, columns in entries:
            assert columns == index
            seen[index] = True
        np.testing.assert_array_equal(seen | seen.T, True)  # a symmetric matrix by its upper triangle
        assert len(entries) == seen.sum()


def test_only_the_full_covariance_implies_a_regression() -> None:
    implied = {label: model_of(FAMILY, label, 3).conditional(1) for label in LABELS}
    assert [label for label, model in implied.items() if model is not None] == ["gaussian.full"]
    assert model_of(FAMILY, "gaussian.full", 1).conditional(0) is None
    assert [label for label in LABELS if model_of(FAMILY, label, 3).full_rank] == ["gaussian.full"]


def test_the_memory_of_a_symmetry_grows_as_the_square_of_the_columns() -> None:
    rows = np.random.default_rng(0).standard_normal((500, 400))
    moments = moments_of([rows])
    for label in LABELS:
        tracemalloc.start()
        model_of(FAMILY, label, 400).fit(moments)
        assert tracemalloc.get_traced_memory()[1] < 40 * 8 * 400**2
        tracemalloc.stop()
