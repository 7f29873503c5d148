"""From rows to a problem and back: units, symmetry, the limits, and averages measured anew."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.models.base import Options
from symcat.models.fit import Observed
from symcat.models.polynomial.polynomial import Polynomial
from symcat.models.polynomial.relaxation import PolynomialRelaxation, RelaxablePolynomial
from symcat.models.relaxation import Dataset, Estimate, Refusal
from tests.models.observing import row_errors


def dataset(rows: np.ndarray, schema: Schema | None = None, center: np.ndarray | None = None) -> Dataset:
    names = schema or Schema.real(tuple(f"x{j}" for j in range(rows.shape[1])))
    mean = rows.mean(axis=0)
    y = rows - mean
    moments = Moments(
        names.columns, np.array([float(len(rows))]), mean[None], 1.0, y.mean(axis=0)[None], (y.T @ y / len(rows))[None]
    )
    return Dataset(names, Observed(moments), center, {}, lambda: iter(np.array_split(rows, 3)))


def problem(found: Dataset, label: str = "polynomial.quartic") -> PolynomialRelaxation | Refusal:
    return RelaxablePolynomial(Polynomial(label, found.schema, Options())).relaxation(found)


def estimate(couplings: np.ndarray, log_partition: float) -> Estimate:
    k = len(couplings)
    return Estimate(couplings, np.full(k, 0.1), np.zeros(k), np.eye(k), log_partition, 0.0, 0.5, "found", "analog")


@pytest.mark.parametrize(("scale", "shift"), [(1.0, 0.0), (1e4, -3e5)])
def test_couplings_are_those_of_the_data_in_any_unit(scale: float, shift: float) -> None:
    """A Gaussian's couplings: K is the inverse covariance, and the log-likelihood is the Gaussian's."""
    x = np.random.default_rng(0).normal(size=(4000, 2)) @ np.array([[1.0, 0.4], [0.0, 0.7]])
    rows = shift + scale * x
    found = problem(dataset(rows))
    assert isinstance(found, PolynomialRelaxation)
    assert found.integrable
    statistics = found.family.statistics
    precision = np.linalg.inv(np.cov(found.y.T, bias=True))
    theta = np.zeros(statistics.count)
    for k, row in enumerate(statistics.weights):
        e = statistics.exponents[int(np.flatnonzero(row)[0])]
        if e.sum() == 2:
            i, j = np.repeat(np.arange(2), e)
            theta[k] = precision[i, j] * (0.5 if i == j else 1.0)
    theta[[k for k, n in enumerate(statistics.names()) if n in ("x0^4", "x1^4")]] = 1e-9  # so that widths are known
    assert found.agreement(theta, np.empty((0, 2))).normalised_error < 8.0
    drawn = found.draw(theta, 4000, np.random.default_rng(1))
    fit = found.fit(estimate(theta, found.log_partition(theta)), drawn)
    covariance = np.cov(rows.T, bias=True)
    np.testing.assert_allclose(fit.parameters["K"][0], np.linalg.inv(covariance), rtol=1e-6)
    log_likelihood = -0.5 * len(rows) * (2.0 + np.linalg.slogdet(2.0 * np.pi * covariance)[1])
    assert fit.log_likelihood[0] == pytest.approx(log_likelihood, rel=1e-6)
    checks = found.model.checks(fit, found.dataset.observed)
    assert [check.name for check in checks] == ["averages match", "next moment"]
    assert all(check.passed[0] for check in checks)
    robust = row_errors(found.model, fit, rows, found.dataset.observed.moments)
    assert set(robust) == set(fit.parameters)
    assert (robust["K"] > 0.0).all()


def test_the_most_symmetric_group_has_the_fewest_statistics() -> None:
    rng = np.random.default_rng(2)
    turned = rng.normal(size=(4000, 2)) * rng.choice([0.5, 1.5], size=(4000, 1))
    found = problem(dataset(turned), "polynomial.sextic")
    assert isinstance(found, PolynomialRelaxation)
    assert found.family.symmetry == "rotation"
    assert found.family.statistics.count == 3
    assert "all directions alike" in found.words
    drawn = turned[:500]
    fit = found.fit(estimate(np.array([0.1, 0.1, 0.1]), 0.0), drawn)
    assert fit.n_parameters == 3 + 2  # the centre is estimated
    np.testing.assert_allclose(fit.standard_errors["mean"][0], turned.std(axis=0) / np.sqrt(4000))
    known = problem(dataset(turned, center=np.zeros(2)), "polynomial.sextic")
    assert isinstance(known, PolynomialRelaxation)
    fit = known.fit(estimate(np.array([0.1, 0.1, 0.1]), 0.0), drawn)
    assert fit.n_parameters == 3
    assert not fit.standard_errors["mean"].any()


def test_two_valued_columns_stay_where_they_are() -> None:
    rng = np.random.default_rng(3)
    side = rng.choice([-1.0, 1.0], size=500, p=[0.2, 0.8])
    schema = Schema(("side", "y"), ((0, 1), None))
    found = problem(dataset(np.stack([side, 5.0 + side + rng.normal(size=500)], axis=1), schema), "mixed.quartic")
    assert isinstance(found, PolynomialRelaxation)
    assert not found.integrable
    assert found.words == ""
    np.testing.assert_array_equal(found.y[:, 0], side)
    assert found.y[:, 1].mean() == pytest.approx(0.0, abs=1e-12)
    assert found.y[:, 1].std() == pytest.approx(1.0)


def test_averages_measured_from_rows_drawn_tell_a_wrong_answer() -> None:
    """Three columns: the truth passes whichever rows are drawn, a coupling a few errors off does not."""
    rng = np.random.default_rng(4)
    found = problem(dataset(rng.normal(size=(20_000, 3)) * [1.0, 2.0, 3.0]))
    assert isinstance(found, PolynomialRelaxation)
    assert not found.integrable
    zeros = np.zeros(found.family.statistics.count)
    errors = []
    for seed in range(20):
        right = found.agreement(zeros, np.random.default_rng(seed).normal(size=(4096, 3)))
        assert right.accepted, right
        errors.append(right.normalised_error)
        assert "4,096 rows drawn" in right.detail
    assert 0.5 < np.mean(errors) < 1.3
    assert not found.agreement(zeros, np.random.default_rng(5).normal(size=(4096, 3)) * 1.1).accepted


def test_what_is_too_much_is_said_before_a_row_is_read() -> None:
    def never() -> Iterator[np.ndarray]:
        raise AssertionError

    wide = dataset(np.random.default_rng(0).normal(size=(20, 7)))
    wide._read = never
    refused = problem(wide)
    assert isinstance(refused, Refusal)
    assert "7 columns have 329 couplings to degree four, more than the 220" in refused.reason
    few = problem(dataset(np.random.default_rng(0).exponential(size=(40, 4)) ** 2))
    assert isinstance(few, Refusal)
    assert "40 rows cannot determine 69 couplings" in few.reason
    unlike = np.random.default_rng(0).exponential(size=(4000, 5)) ** [1.0, 1.2, 1.4, 1.6, 1.8]
    many = problem(dataset(unlike), "polynomial.sextic")
    assert isinstance(many, Refusal)
    assert "461 couplings are more than 220" in many.reason


def test_more_rows_than_can_be_held_are_said_not_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    from symcat.models import relaxation

    monkeypatch.setattr(relaxation, "MOST_HELD", 1000)
    refused = problem(dataset(np.random.default_rng(0).normal(size=(2000, 1))))
    assert isinstance(refused, Refusal)
    assert "more than 1,000 numbers: pass a sample of them" in refused.reason
