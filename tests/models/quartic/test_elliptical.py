"""The radial quartic of whitened columns."""

from __future__ import annotations

import numpy as np
import pytest

import symcat
from symcat.errors import InvalidData

LABEL = "whitened(o2.quartic)"
MAP = np.array([[2.0, 0.0], [1.3, 0.4]])
RING = symcat.model("o2.quartic", r=-3.0, u=8.0)


def rows(n: int, seed: int = 1) -> np.ndarray:
    """An elliptical ring."""
    drawn: np.ndarray = RING.sample(n, seed=seed) @ MAP.T + [5.0, -2.0]
    return drawn


@pytest.fixture(scope="module")
def answer() -> symcat.Solution:
    return symcat.solve(rows(2000))


def test_an_elliptical_ring_is_found(answer: symcat.Solution) -> None:
    assert (answer.label, answer.verdict) == (LABEL, "fits")
    said = {one.label: one.reason for one in answer.evidence}
    assert said["hidden.gaussian"] == f"not searched for: {LABEL} describes the data"
    truth = RING.moment(2)[0] * MAP @ MAP.T
    assert (np.abs(answer.parameters["covariance"] - truth) < 4.0 * answer.standard_errors["covariance"]).all()
    s = RING.moment(2)[0]
    for name, value in (("r", -3.0 * s), ("u", 8.0 * s * s)):
        assert abs(answer.parameters[name] - value) < 4.0 * answer.standard_errors[name]
    for name, robust in answer.robust_standard_errors.items():
        assert robust == pytest.approx(answer.standard_errors[name], rel=0.15)


def test_the_log_likelihood_is_the_sum_of_log_densities(answer: symcat.Solution) -> None:
    assert answer.log_density(rows(2000)).sum() == pytest.approx(answer.log_likelihood, rel=1e-12)
    assert answer.n_parameters == 2 + 3 + 1
    law = answer.model.law(answer.parameters)
    assert law.log_partition == pytest.approx(answer.log_partition, abs=1e-8)
    drawn = answer.sample(20_000, seed=2)
    assert answer.moments()["covariance"] == pytest.approx(np.cov(drawn.T), rel=0.03)
    assert answer.entropy() == pytest.approx(-answer.log_density(drawn).mean(), abs=0.03)
    assert answer.moment(4, central=True) == pytest.approx(((drawn - drawn.mean(axis=0)) ** 4).mean(axis=0), rel=0.05)


def test_it_is_the_maximum(answer: symcat.Solution) -> None:
    rng = np.random.default_rng(0)
    best, x = answer.log_likelihood, rows(2000)
    from scipy.optimize import minimize

    def less(v: np.ndarray) -> float:
        factor = np.array([[np.exp(v[2]), 0.0], [v[3], np.exp(v[4])]])
        y = np.linalg.solve(factor, (x - v[:2]).T).T
        own = symcat.model("o2.quartic", r=v[5], u=np.exp(v[6]))
        return -float(own.log_density(y).sum() - len(x) * (v[2] + v[4]))

    factor = np.linalg.cholesky(answer.parameters["covariance"])
    start = [*answer.parameters["mean"], np.log(factor[0, 0]), factor[1, 0], np.log(factor[1, 1])]
    start += [answer.parameters["r"], np.log(answer.parameters["u"])]
    assert less(np.array(start)) == pytest.approx(-best, rel=1e-9)
    found = minimize(less, np.array(start) + 1e-3 * rng.normal(size=7), method="BFGS", options={"maxiter": 60})
    assert found.fun > -best - 1e-4


def test_maps_of_the_rows_map_the_answer(answer: symcat.Solution) -> None:
    change = np.array([[0.3, 2.0], [-1.0, 50.0]])
    other = symcat.solve(rows(2000) @ change.T + [7.0, 0.0], classes=[LABEL])
    for name in ("r", "u"):
        assert other.parameters[name] == pytest.approx(answer.parameters[name], rel=1e-6)
    expected = change @ answer.parameters["covariance"] @ change.T
    assert other.parameters["covariance"] == pytest.approx(expected, rel=1e-6)


def test_independent_wells_are_not_elliptical() -> None:
    rng = np.random.default_rng(0)
    wells = np.where(rng.random((1000, 2)) < 0.5, 1.0, -1.0) + 0.6 * rng.standard_normal((1000, 2))
    for label in (LABEL, "o2.quartic"):
        found = symcat.solve(wells, classes=[label])
        failed = [check.name for check in found.checks if not check.passed]
        assert "isotropy at fourth order" in failed


def test_heavy_tails_and_averages_are_refused_in_words() -> None:
    heavy = np.random.default_rng(0).standard_t(4, size=(400, 2))
    with pytest.raises(symcat.NoEntry, match="at or above 2"):
        symcat.solve(heavy, classes=[LABEL], fallback=None)
    with pytest.raises(InvalidData, match="fitted to rows"):
        symcat.lookup(LABEL, m2=1.0, m4=1.5)
    with pytest.raises(InvalidData, match="not stated"):
        symcat.model(LABEL, r=1.0, u=1.0)
