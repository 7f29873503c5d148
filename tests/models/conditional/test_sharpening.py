"""From distances to probabilities: the sharpness and the offsets that make rows left out most likely."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from symcat.models.conditional.sharpening import calibrated, log_shares, scores, sharpness


def table(rng: np.random.Generator, sure: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores that are ``sure`` times what the levels follow, and how often each row occurred."""
    true = rng.normal(scale=2.0, size=(400, 3))
    p = np.exp(log_shares(true))
    place = (rng.random(400)[:, None] > p.cumsum(axis=1)).sum(axis=1)
    return sure * true, np.minimum(place, 2), rng.integers(1, 4, 400).astype(float)


def test_a_tail_of_nothing_is_gaussian(rng: np.random.Generator) -> None:
    square, height = rng.chisquare(4, size=(5, 3)), rng.normal(size=3)
    np.testing.assert_allclose(scores(square, height, 0.0, 4), height - 0.5 * square)
    np.testing.assert_allclose(scores(square, height, 1e-7, 4), height - 0.5 * square, rtol=1e-4)


@pytest.mark.parametrize("sure", [2.0, 5.0, 20.0])
def test_what_is_too_sure_is_made_less_so(sure: float, rng: np.random.Generator) -> None:
    found, place, weight = table(rng, sure)
    tau, likelihood = sharpness(found, place, weight)
    grid = np.geomspace(0.01, 1.0, 400)
    at = np.arange(len(place))
    best = max(float(weight @ log_shares(t * found)[at, place]) for t in grid)
    assert likelihood >= best - 0.01
    assert tau * sure == pytest.approx(1.0, rel=0.3)


def test_what_is_not_sure_enough_stays_as_it_is(rng: np.random.Generator) -> None:
    found, place, weight = table(rng, 0.5)
    assert sharpness(found, place, weight)[0] == 1.0
    assert calibrated(found, place, weight, 1.0).sharpness == 1.0


def test_the_offsets_are_the_most_likely_ones(rng: np.random.Generator) -> None:
    found, place, weight = table(rng, 4.0)
    found = found + np.array([0.0, 3.0, -2.0])
    sure = calibrated(found, place, weight, 1.0)
    at = np.arange(len(place))

    def lost(x: np.ndarray) -> float:
        return -float(weight @ log_shares(x[0] * found + x[1:])[at, place]) + 0.5 * float(x[1:] @ x[1:])

    peer = minimize(lost, np.array([0.3, 0.0, 0.0, 0.0]), method="BFGS", options={"gtol": 1e-8})
    np.testing.assert_allclose([sure.sharpness, *sure.offset], peer.x, rtol=1e-4, atol=1e-4)
    prior = 0.5 * float(sure.offset @ sure.offset)
    assert sure.log_likelihood == pytest.approx(prior - lost(np.array([sure.sharpness, *sure.offset])))
