"""Glauber dynamics: logistic regressions of every column on the row before, their chain, and what they leave out."""

from __future__ import annotations

import numpy as np
import pytest

import symcat
from symcat.models.stationary.glauber import Chain, Transitions
from symcat.models.stationary.replay import replay_chains

TRUTH = Chain(np.array([0.2, -0.3, 0.0]), np.array([[0.6, 0.0, 0.3], [-0.4, 0.5, 0.0], [0.0, 0.2, 0.7]]))


def test_couplings_between_neighbouring_rows(rng: np.random.Generator) -> None:
    rows = TRUTH.sample(6000, rng)
    answer = symcat.solve(rows, order="time")
    assert (answer.label, answer.verdict, answer.n_parameters) == ("ising.kinetic", "fits", 12)
    for name, value in (("h", TRUTH.h), ("J", TRUTH.J)):
        assert np.abs((answer.parameters[name] - value) / answer.standard_errors[name]).max() < 4.0
    # The same as a logistic regression of a column on all columns of the row before.
    table = {f"b{j}": rows[:-1, j] for j in range(3)} | {"y": rows[1:, 1]}
    logistic = symcat.solve(table, target="y", order=None)
    np.testing.assert_allclose(2.0 * answer.parameters["J"][1], logistic.parameters["coefficients"], rtol=1e-6)
    np.testing.assert_allclose(
        2.0 * answer.standard_errors["J"][1], logistic.standard_errors["coefficients"], rtol=1e-6
    )
    assert answer.log_likelihood == pytest.approx(answer.log_density(rows).sum(), abs=3.0)


def test_chains(rng: np.random.Generator) -> None:
    for check in replay_chains(10, rng):
        assert check.residual < check.bound, check.check
    whole = Transitions.of([TRUTH.sample(50, rng)], 3)
    assert whole.count == 49
    rows = TRUTH.sample(50, rng)
    one, parts = Transitions.of([rows], 3), Transitions.of(np.split(rows, [1, 2, 30]), 3)
    np.testing.assert_array_equal(parts.counts, one.counts)
    np.testing.assert_allclose(parts.following, one.following)


def test_what_is_left_out_is_told(rng: np.random.Generator) -> None:
    s = np.where(rng.random((3000, 2)) < 0.5, 1.0, -1.0)
    s[:, 1] = np.where(rng.random(3000) < 0.7, s[:, 0], -s[:, 0])
    for t in range(2, 3000):
        s[t] = np.where(rng.random() < 0.6, s[t - 2], s[t])
    answer = symcat.solve(s, order="time", classes=["ising.kinetic"])
    failed = {check.name for check in answer.checks if not check.passed}
    assert {"couplings within a row", "memory of two steps"} <= failed


def test_what_follows_for_certain() -> None:
    s = np.tile([[1.0], [-1.0]], (40, 1))
    with pytest.raises(symcat.NoEntry, match="no finite maximum"):
        symcat.solve(s, order="time", classes=["ising.kinetic"], prior=None)
    assert symcat.solve(s, order="time", classes=["ising.kinetic"]).parameters["J"] < -1.0


def test_forwards() -> None:
    chain = symcat.model("ising.kinetic", J=[[1.0]], h=[0.0])
    mean, spread = chain.forecast(2, after=[[1.0]])
    np.testing.assert_allclose(mean.ravel(), np.tanh(1.0) ** np.array([1.0, 2.0]))
    np.testing.assert_allclose(spread.ravel() ** 2, 1.0 - mean.ravel() ** 2)
    assert chain.moment(1) == pytest.approx(0.0, abs=1e-12)
    with pytest.raises(symcat.InvalidData, match="fitted to rows"):
        symcat.lookup("ising.kinetic", m=0.1)
    with pytest.raises(symcat.InvalidData, match="couplings of each column to those of the row before"):
        symcat.model("ising.kinetic", J=[[1.0, 0.0]])
