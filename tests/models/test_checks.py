"""The fit checks reject what they should, and data from the class itself as seldom as their level says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import scipy.stats

from symcat.models.base import Center
from symcat.models.family import Family
from symcat.models.fit import CheckResult
from symcat.models.gaussian import FAMILY as GAUSSIAN
from symcat.models.gaussian import kernels
from symcat.models.quartic import FAMILY as QUARTIC
from symcat.models.quartic import checks as quartic_checks
from symcat.models.quartic.labels import label_of
from tests.models.observing import model_of, observed

Draw = Callable[[np.random.Generator], np.ndarray]


def checks_of(family: Family, label: str, rows: np.ndarray, center: Center = None) -> dict[str, CheckResult]:
    """The checks of the fit to a single table."""
    model, seen = model_of(family, label, rows.shape[1]), observed(rows)
    return {check.name: check for check in model.checks(model.fit(seen.moments, center), seen, center)}


@pytest.mark.parametrize("n", [12, 50, 1000])
def test_skewness_and_kurtosis_are_those_of_scipy(n: int) -> None:
    """Scored as by D'Agostino, and by Anscombe and Glynn with the tails straightened."""
    x = np.random.default_rng(n).standard_normal(n)
    found = checks_of(GAUSSIAN, "gaussian.full", x[:, None])
    assert found["skewness"].statistic[0] == pytest.approx(scipy.stats.skew(x))
    assert found["kurtosis"].statistic[0] == pytest.approx(scipy.stats.kurtosis(x, fisher=False))
    assert found["skewness"].p_value[0] == pytest.approx(scipy.stats.skewtest(x).pvalue)
    score = kernels.straightened(scipy.stats.kurtosistest(x).statistic, *kernels.excess_of_tails(n))
    assert found["kurtosis"].p_value[0] == pytest.approx(2.0 * scipy.stats.norm.sf(abs(score)))


@pytest.mark.statistics
@pytest.mark.slow
@pytest.mark.parametrize(("n", "d"), [(40, 1), (80, 3), (300, 30)])
@pytest.mark.parametrize("label", ["gaussian.full", "gaussian.isotropic"])
def test_gaussian_data_pass_the_gaussian_checks(n: int, d: int, label: str) -> None:
    runs = 200
    found: dict[str, list[float]] = {}
    for run in range(runs):
        rows = np.random.default_rng(run).standard_normal((n, d))
        for name, check in checks_of(GAUSSIAN, label, rows).items():
            found.setdefault(name, []).append(check.p_value[0])
    assert ("joint kurtosis" in found) == (d > 1)
    for name, values in found.items():
        p = np.array(values)
        assert (p < 0.05).mean() < 0.05 + 4.0 * np.sqrt(0.05 * 0.95 / runs), name
        assert (p < 0.001).sum() <= 4, name


@pytest.mark.statistics
@pytest.mark.parametrize("dimension", [1, 3])
@pytest.mark.parametrize("known", [False, True])
def test_quartic_data_pass_the_quartic_checks(dimension: int, known: bool) -> None:
    model, runs = model_of(QUARTIC, label_of(dimension), dimension), 200
    truth = {"mean": np.zeros(dimension), "r": -1.0, "u": 2.0}
    counts: dict[str, int] = {}
    for run in range(runs):
        rows = model.sample(truth, 500, np.random.default_rng(run))
        found = checks_of(QUARTIC, model.label, rows, truth["mean"] if known else None)
        for name, check in found.items():
            counts[name] = counts.get(name, 0) + int(check.p_value[0] < 0.05)
    assert len(counts) == (2 if dimension == 1 else 7)
    for name, count in counts.items():
        assert 0.005 < count / runs < 0.05 + 4.0 * np.sqrt(0.05 * 0.95 / runs), name


def test_a_sample_of_many_rows_is_not_held_against_the_class() -> None:
    """The joint kurtosis is taken from a sample of the rows, the covariance from all of them."""
    rows = np.random.default_rng(0).standard_normal((40_000, 40))
    model, seen = model_of(GAUSSIAN, "gaussian.isotropic", 40), observed(rows)
    some = type(seen)(seen.moments, rows[::13])
    joint = {check.name: check for check in model.checks(model.fit(seen.moments), some)}["joint kurtosis"]
    assert joint.passed[0]


@pytest.mark.parametrize(
    ("draw", "name"),
    [
        (lambda rng: rng.uniform(-1, 1, 5000), "sixth moment"),
        (
            lambda rng: np.where(rng.random(5000) < 0.7, 1.0, -1.0) + 0.2 * rng.standard_normal(5000),
            "symmetry (odd moments)",
        ),
    ],
)
def test_other_data_fail_the_quartic_checks(draw: Draw, name: str) -> None:
    found = checks_of(QUARTIC, "z2.quartic", draw(np.random.default_rng(1))[:, None])
    assert name in [check.name for check in found.values() if not check.passed[0]]


def test_unequal_columns_fail_the_test_of_isotropy() -> None:
    rows = np.random.default_rng(1).uniform(-1, 1, (3000, 2)) * [1.0, 1.3]
    assert not checks_of(QUARTIC, "o2.quartic", rows)["isotropy of the covariance"].passed[0]


@pytest.mark.parametrize(
    ("family", "label", "fewest"),
    [(GAUSSIAN, "gaussian.full", kernels.FEWEST + 1), (QUARTIC, "z2.quartic", quartic_checks.FEWEST)],
)
def test_few_rows_are_not_checked(family: Family, label: str, fewest: int) -> None:
    """Nothing is said of them, and they pass."""
    rows = np.random.default_rng(0).uniform(-1.0, 1.0, (fewest, 1))
    for n, expected in ((fewest, True), (fewest - 1, False)):
        for check in checks_of(family, label, rows[:n]).values():
            assert check.made is not None
            assert check.made[0] == expected
            assert np.isnan(check.p_value[0]) != expected
            assert expected or (check.passed[0] and str(fewest) in check.detail(0))
