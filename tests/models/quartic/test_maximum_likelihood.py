"""The answer is the maximum of the row-wise likelihood, and its intervals cover the truth as often as they say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

import symcat
from symcat.lookup import find_model
from symcat.models.quartic import radial


def rows_of(dimension: int, r: float, u: float, n: int, seed: int, mean: float = 0.0) -> np.ndarray:
    label = "z2.quartic" if dimension == 1 else f"o{dimension}.quartic"
    model = find_model(label, dimension)
    return model.sample({"mean": np.full(dimension, mean), "r": r, "u": u}, n, np.random.default_rng(seed))


def mean_negative_log_likelihood(theta: np.ndarray, rows: np.ndarray, center: float | None) -> tuple[float, np.ndarray]:
    """Of every row, with its gradient; log Z and its moments by quadrature. ``theta`` is (centre..., r, log u)."""
    d = rows.shape[1]
    c = theta[:-2] if center is None else np.full(d, center)
    r, u = theta[-2], np.exp(theta[-1])
    y = rows - c
    q = (y**2).sum(axis=1)
    m = radial.moments(d, r, u, (2, 4))
    value = 0.5 * r * q.mean() + u / 24.0 * (q**2).mean() + radial.log_partition(d, r, u)
    of_center = -(r * y + u / 6.0 * y * q[:, None]).mean(axis=0)
    of_couplings = [0.5 * (q.mean() - m[2]), u / 24.0 * ((q**2).mean() - m[4])]
    return value, np.concatenate([of_center if center is None else [], of_couplings])


@pytest.mark.parametrize("dimension", [1, 2, 3])
@pytest.mark.parametrize(("r", "u"), [(-3.0, 4.0), (-1.0, 2.0), (0.5, 1.0)])
@pytest.mark.parametrize("center", [None, 1.5])
def test_same_answer_as_scipy_on_the_rows(dimension: int, r: float, u: float, center: float | None) -> None:
    rows = rows_of(dimension, r, u, 4000, seed=17, mean=1.5)
    label = "z2.quartic" if dimension == 1 else f"o{dimension}.quartic"
    answer = symcat.solve(rows, classes=[label], center=center)
    start = np.concatenate([rows.mean(axis=0) if center is None else [], [0.7 * r, np.log(u) + 0.3]])
    arguments = {"args": (rows, center), "jac": True, "method": "BFGS", "options": {"gtol": 1e-10}}
    best = minimize(mean_negative_log_likelihood, start, **arguments)
    assert answer.parameters["r"] == pytest.approx(best.x[-2], rel=1e-5)
    assert answer.parameters["u"] == pytest.approx(np.exp(best.x[-1]), rel=1e-5)
    if center is None:
        np.testing.assert_allclose(np.atleast_1d(answer.parameters["mean"]), best.x[:-2], rtol=1e-5)
    peer = -best.fun * len(rows)
    assert answer.log_likelihood >= peer - 1e-9 * abs(peer)
    assert answer.log_density(rows).sum() == pytest.approx(answer.log_likelihood, rel=1e-9)


KURTOSES = (1.3, 1.7, 2.2, 2.7)


@pytest.mark.parametrize("center", [None, 0.0])
def test_confidence_intervals_cover_the_truth(center: float | None) -> None:
    """1000 data sets of 2000 rows, true kurtosis 1.3 to 2.7: 95 % intervals must cover in 93 to 97 %."""
    label, n, runs = "z2.quartic", 2000, 1000
    hits = {(kind, name): 0 for kind in ("model", "robust") for name in ("r", "u", "mean")}
    for run in range(runs):
        kurtosis = KURTOSES[run % len(KURTOSES)]
        truth = symcat.lookup(label, m2=1.0, m4=kurtosis).parameters | {"mean": 0.0}
        rows = find_model(label, 1).sample(truth, n, np.random.default_rng([run, 20]))
        answer = symcat.solve(rows[:, 0], classes=[label], center=center)
        for kind in ("model", "robust"):
            for name, (low, high) in answer.confidence_intervals(0.95, robust=kind == "robust").items():
                hits[kind, name] += low <= truth[name] <= high
    for (kind, name), count in hits.items():
        if name == "mean" and center is not None:
            continue
        assert 0.93 <= count / runs <= 0.97, f"{kind} intervals of {name} cover {count} of {runs}"


def test_intervals_of_the_rotation_symmetric_class_cover_the_truth() -> None:
    label, runs, hits = "o3.quartic", 400, 0
    truth = symcat.lookup(label, m2=3.0, m4=1.3 * 9.0).parameters | {"mean": np.zeros(3)}
    for run in range(runs):
        rows = find_model(label, 3).sample(truth, 1000, np.random.default_rng([run, 3]))
        low, high = symcat.solve(rows, classes=[label]).confidence_intervals()["u"]
        hits += low <= truth["u"] <= high
    assert 0.92 <= hits / runs <= 0.98
