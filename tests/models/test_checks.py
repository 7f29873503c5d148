"""The fit checks reject what they should, and data from the class itself as seldom as their level says."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

import symcat
from symcat.lookup import find_model
from symcat.models.gaussian.checks import _kurtosis_scores


def p_values(make: object, runs: int, label: str) -> dict[str, np.ndarray]:
    found: dict[str, list[float]] = {}
    for run in range(runs):
        answer = symcat.solve(make(np.random.default_rng(run)), classes=[label])  # type: ignore[operator]
        for check in answer.checks:
            found.setdefault(check.name, []).append(check.p_value)
    return {name: np.array(values) for name, values in found.items()}


@pytest.mark.parametrize("n", [12, 50, 1000])
def test_kurtosis_scores_are_those_of_anscombe_and_glynn(n: int) -> None:
    x = np.random.default_rng(n).standard_normal(n)
    y = x - x.mean()
    kurtosis = (y**4).mean() / (y**2).mean() ** 2
    assert _kurtosis_scores(np.array([kurtosis]), float(n))[0] == pytest.approx(scipy.stats.kurtosistest(x).statistic)


@pytest.mark.parametrize(("n", "d"), [(40, 1), (80, 3), (300, 30)])
@pytest.mark.parametrize("label", ["gaussian.full", "gaussian.isotropic"])
def test_gaussian_data_pass_the_gaussian_checks(n: int, d: int, label: str) -> None:
    runs = 200
    for name, p in p_values(lambda rng: rng.standard_normal((n, d)), runs, label).items():
        assert (p < 0.05).mean() < 0.05 + 4.0 * np.sqrt(0.05 * 0.95 / runs), name
        assert (p < 0.001).sum() <= 4, name


@pytest.mark.parametrize("dimension", [1, 3])
@pytest.mark.parametrize("center", [None, "known"])
def test_quartic_data_pass_the_quartic_checks(dimension: int, center: str | None) -> None:
    label = "z2.quartic" if dimension == 1 else f"o{dimension}.quartic"
    model, runs = find_model(label, dimension), 200
    truth = {"mean": np.zeros(dimension), "r": -1.0, "u": 2.0}
    counts: dict[str, int] = {}
    for run in range(runs):
        rows = model.sample(truth, 500, np.random.default_rng(run))
        answer = symcat.solve(rows, classes=[label], center=None if center is None else 0.0)
        for check in answer.checks:
            counts[check.name] = counts.get(check.name, 0) + (check.p_value < 0.05)
    for name, count in counts.items():
        assert 0.005 < count / runs < 0.05 + 4.0 * np.sqrt(0.05 * 0.95 / runs), name


def test_a_sample_of_many_rows_is_not_held_against_the_class() -> None:
    """The joint kurtosis is taken from a sample of the rows, the covariance from all of them."""
    rows = np.random.default_rng(0).standard_normal((40_000, 40))
    joint = symcat.solve(rows, classes=["gaussian.isotropic"]).checks[-1]
    assert joint.name == "joint kurtosis"
    assert joint.passed


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda rng: rng.uniform(-1, 1, 5000), "sixth moment"),
        (
            lambda rng: np.where(rng.random(5000) < 0.7, 1.0, -1.0) + 0.2 * rng.standard_normal(5000),
            "symmetry (odd moments)",
        ),
    ],
)
def test_other_data_fail_the_quartic_checks(make: object, name: str) -> None:
    answer = symcat.solve(make(np.random.default_rng(1)), classes=["z2.quartic"])  # type: ignore[operator]
    assert name in [check.name for check in answer.checks if not check.passed]
