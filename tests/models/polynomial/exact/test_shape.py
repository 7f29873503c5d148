"""The check of shape: its level, its power, and its sums against rows drawn from the same density."""

from __future__ import annotations

import numpy as np
import pytest

import symcat
from benchmarks import polynomial_shape as tables
from symcat.data.schema import Schema
from symcat.models.fit import CheckResult, Fit
from symcat.models.polynomial import checks, waves
from symcat.models.polynomial.exact.polynomial import fitted
from symcat.models.polynomial.exact.terms import Terms


def shape_of(rows: np.ndarray, degree: int = 4) -> CheckResult:
    fit = fitted("polynomial", rows, None, Terms.of(rows.shape[1], degree))
    assert isinstance(fit, Fit), fit
    schema = Schema.real([f"x{j}" for j in range(rows.shape[1])])
    found = {check.name: check for check in checks.run(fit, schema, degree + 2)}
    assert found["next moment"].weight == "told"
    return found["shape"]


@pytest.mark.slow
@pytest.mark.statistics
@pytest.mark.parametrize("n", [300, 2000])
def test_its_level_is_right(n: int) -> None:
    """Of 150 tables drawn from the class; ``benchmarks.polynomial_shape`` prints more of them."""
    p = np.array([shape_of(tables.wells(np.random.default_rng(seed), n, 2)).p_value[0] for seed in range(150)])
    assert p.min() > 0.0
    for level in (0.5, 0.2, 0.05):
        assert abs((p < level).mean() - level) < 4.0 * np.sqrt(level * (1.0 - level) / len(p)), level


@pytest.mark.parametrize(
    ("rows", "degree"),
    [
        pytest.param(np.random.default_rng(0).gamma(2.0, size=(2000, 2)), 6, id="gamma"),
        pytest.param(np.random.default_rng(0).laplace(size=(2000, 2)), 6, id="Laplace"),
        pytest.param(tables.clusters(np.random.default_rng(0), 2000, 2), 4, id="three clouds"),
        pytest.param(tables.bent(np.random.default_rng(0), 2000, 3), 4, id="one column bent about another"),
    ],
)
def test_it_rejects_what_is_none(rows: np.ndarray, degree: int) -> None:
    found = shape_of(rows, degree)
    assert found.weight == "deciding"
    assert found.p_value[0] < 1e-5
    assert "waves along principal axis" in found.detail(0)


def test_the_verdict_is_no_longer_always_that_it_fits() -> None:
    rows = np.random.default_rng(0).exponential(size=(2000, 2))
    with pytest.warns(UserWarning, match=r"polynomial.sextic is the best class found .* shape \(waves along"):
        found = symcat.solve(rows, fallback=None, classes=["polynomial.quartic", "polynomial.sextic"])
    assert found.verdict == "misfit"
    assert found.misfit is not None
    assert found.misfit > 0.03


@pytest.mark.slow
def test_of_three_columns_no_rows_are_drawn_for_the_verdict() -> None:
    """Chains would take a minute: the size of the misfit is what the check tells of it."""
    rows = tables.clusters(np.random.default_rng(0), 2000, 3)
    with pytest.warns(UserWarning, match="from the check of shape"):
        found = symcat.solve(rows, fallback=None, classes=["gaussian.full", "polynomial.quartic"], budget_s=30)
    assert found.verdict == "misfit"


def test_axes_that_are_a_gaussian_factor_are_among_them() -> None:
    rng = np.random.default_rng(6)
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    columns = [3.0 * rng.gamma(2.0, size=1500), 0.7 * rng.normal(size=1500), rng.normal(size=1500)]
    fit = fitted("polynomial", np.stack(columns, axis=1) @ turn, None, Terms.of(3, 4))
    assert isinstance(fit, Fit)
    assert "are a factor" in fit.note
    found = fit.statistics[waves.SHAPE][0]
    assert found.shape == (3, 2)
    # The first two axes are Gaussian, and the third is not a quartic.
    assert 2.0 < found[0, 0] < 30.0
    assert (found[1:, 0] > 38.0).all()


def test_slopes_are_the_derivatives() -> None:
    rng, step = np.random.default_rng(0), 1e-6
    x, y = rng.normal(size=(2, 50))
    means = waves.values(x, y).mean(axis=1)
    for k, moved in enumerate((waves.values(x + step, y), waves.values(x, y + step))):
        np.testing.assert_allclose((moved.mean(axis=1) - means) / step, waves.slopes(means)[:, k], atol=1e-5)
