"""Closed forms beyond enumeration: that they are judged, say how well they are known, and refuse."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from symcat.models.ising.exact import fit_exact
from symcat.models.ising.hypercube import pair_masks
from symcat.models.ising.wide import gibbs
from symcat.models.ising.wide.agreement import Data
from symcat.models.ising.wide.corrections import correct

Floats = NDArray[np.float64]


def averages(rows: Floats) -> Data:
    return Data(rows.mean(axis=0), rows.T @ rows / len(rows), float(len(rows)))


def glass(d: int, beta: float, n: int, seed: int) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    true = np.triu(rng.normal(scale=beta / np.sqrt(d), size=(d, d)), 1)
    true += true.T
    return gibbs.sample(rng.normal(scale=0.1, size=d), true, n, rng), true


def test_weak_dense_couplings_are_answered_by_a_closed_form_that_was_checked() -> None:
    rows, true = glass(40, 0.5, 15_000, seed=6)
    found = correct(averages(rows))
    assert (found.method, found.exact, found.accepted) == ("Sessak-Monasson", False, True)
    assert found.normalised_error < 1.0
    assert 0.0 < found.log_partition_error <= 0.01
    above = np.triu_indices(40, 1)
    scores = (found.J - true)[above] / found.J_error[above]
    assert np.sqrt(np.mean(scores**2)) == pytest.approx(1.0, abs=0.1)
    again = correct(averages(rows))
    np.testing.assert_array_equal(again.J_error, found.J_error)
    assert again.log_partition == found.log_partition


def test_log_partition_and_errors_of_a_closed_form_against_enumeration() -> None:
    """Few columns: what the closed form says of itself is right."""
    d = 12
    rows, _ = glass(d, 0.6, 20_000, seed=7)
    data = averages(rows)
    found = correct(data)
    assert found.accepted
    assert not found.exact
    target = np.concatenate([data.mean, data.pair[np.triu_indices(d, 1)]])
    best = fit_exact(d, pair_masks(d), target[None])
    assert abs(found.log_partition - best.log_z[0]) < 0.05
    error = np.sqrt(np.diagonal(np.linalg.inv(best.covariance[0])) / len(rows))
    told = np.concatenate([found.h_error, found.J_error[np.triu_indices(d, 1)]])
    assert np.abs(told / error - 1.0).max() < 0.15
    theta = np.concatenate([found.h, found.J[np.triu_indices(d, 1)]])
    assert np.sqrt(np.mean(((theta - best.theta[0]) / error) ** 2)) < 1.0


@pytest.mark.parametrize("beta", [1.0, 1.3])
def test_strong_dense_couplings_are_refused(beta: float) -> None:
    rows, _ = glass(64, beta, 15_000, seed=8)
    found = correct(averages(rows))
    assert not found.accepted
    assert found.normalised_error > 1.0
    for said in ("Sessak-Monasson", "normalised error", "interactions="):
        assert said in found.detail
    assert np.isfinite(found.J).all()
    assert np.isnan(found.log_partition)
