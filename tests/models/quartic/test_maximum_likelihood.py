"""The answer is the maximum of the row-wise likelihood, and its intervals cover the truth as often as they say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from symcat.models.base import Center
from symcat.models.quartic import FAMILY, radial
from symcat.models.quartic.labels import label_of
from tests.models.observing import blocks, grouped_errors, look_up, model_of, moments_of


def rows_of(dimension: int, r: float, u: float, n: int, seed: int, mean: float = 0.0) -> np.ndarray:
    model = model_of(FAMILY, label_of(dimension), dimension)
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
    model = model_of(FAMILY, label_of(dimension), dimension)
    fit = model.fit(moments_of([rows]), None if center is None else np.full(dimension, center))
    parameters = {name: values[0] for name, values in fit.parameters.items()}
    start = np.concatenate([rows.mean(axis=0) if center is None else [], [0.7 * r, np.log(u) + 0.3]])
    arguments = {"args": (rows, center), "jac": True, "method": "BFGS", "options": {"gtol": 1e-10}}
    best = minimize(mean_negative_log_likelihood, start, **arguments)
    assert parameters["r"] == pytest.approx(best.x[-2], rel=1e-5)
    assert parameters["u"] == pytest.approx(np.exp(best.x[-1]), rel=1e-5)
    if center is None:
        np.testing.assert_allclose(parameters["mean"], best.x[:-2], rtol=1e-5)
    peer, likelihood = -best.fun * len(rows), float(fit.log_likelihood[0])
    assert likelihood >= peer - 1e-9 * abs(peer)
    density = model.log_density(parameters, float(fit.log_partition[0]), rows)
    assert density.sum() == pytest.approx(likelihood, rel=1e-9)


KURTOSES = (1.3, 1.7, 2.2, 2.7)
NORMAL = 1.959963984540054


def truth(dimension: int, kurtosis: float) -> dict[str, np.ndarray]:
    """The parameters of unit variance about zero."""
    fit = look_up(FAMILY, label_of(dimension), m2=dimension, m4=kurtosis * dimension**2)
    return {name: values[0] for name, values in fit.parameters.items()}


@pytest.mark.slow
@pytest.mark.parametrize("center", [None, np.zeros(1)])
@pytest.mark.statistics
def test_confidence_intervals_cover_the_truth(center: Center) -> None:
    """1000 data sets of 2000 rows, true kurtosis 1.3 to 2.7: 95 % intervals must cover in 93 to 97 %."""
    model, n, runs = model_of(FAMILY, "z2.quartic", 1), 2000, 1000
    hits = {(kind, name): 0 for kind in ("model", "robust") for name in ("r", "u", "mean")}
    for run in range(runs):
        true = truth(1, KURTOSES[run % len(KURTOSES)])
        rows = model.sample(true, n, np.random.default_rng([run, 20]))
        fit = model.fit(moments_of([rows]), center)
        robust = grouped_errors(model, fit, blocks(rows), center)
        for kind, errors in (("model", fit.standard_errors), ("robust", robust)):
            for name, error in errors.items():
                off = fit.parameters[name][0] - true[name]
                hits[kind, name] += int((np.abs(off) <= NORMAL * error[0]).all())
    for (kind, name), count in hits.items():
        if name == "mean" and center is not None:
            continue
        assert 0.93 <= count / runs <= 0.97, f"{kind} intervals of {name} cover {count} of {runs}"


@pytest.mark.statistics
@pytest.mark.slow
def test_intervals_of_the_rotation_symmetric_class_cover_the_truth() -> None:
    model, runs, true = model_of(FAMILY, "o3.quartic", 3), 400, truth(3, 1.3)
    rows = [model.sample(true, 1000, np.random.default_rng([run, 3])) for run in range(runs)]
    fit = model.fit(moments_of(rows))
    hits = np.abs(fit.parameters["u"] - true["u"]) <= NORMAL * fit.standard_errors["u"]
    assert 0.92 <= hits.mean() <= 0.98
