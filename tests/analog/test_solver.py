"""Couplings from averages: known ones come back, in other units too; what cannot be is said."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from symcat.analog import Device
from symcat.analog.solver import confirm, match_averages
from symcat.errors import InvalidData
from symcat.models.ising.couplings import pair_values
from symcat.models.quartic import radial
from symcat.symmetry.sufficient_statistics import SufficientStatistics


def devices(seed: int, replicas: int = 512) -> dict[str, Device]:
    return {"device": Device(seed=seed, replicas=replicas), "linear": Device(seed=seed + 1, replicas=32)}


def well(r: float, u: float, scale: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Exact averages and covariance of x^2 and x^4."""
    m = radial.moments(1, r, u, (2, 4, 6, 8))
    cross = m[6] - m[2] * m[4]
    covariance = np.array([[m[4] - m[2] ** 2, cross], [cross, m[8] - m[4] ** 2]])
    units = np.array([scale**2, scale**4])
    return np.array([m[2], m[4]]) * units, covariance * np.outer(units, units)


@pytest.mark.slow
@pytest.mark.parametrize("scale", [1.0, 1e3])
def test_a_double_well_comes_back_with_its_log_partition(scale: float) -> None:
    r, u = -2.0, 3.0
    target, covariance = well(r, u, scale)
    answer = match_averages(
        target, SufficientStatistics.monomials([(2,), (4,)]), 3000.0, covariance, seed=3, **devices(1)
    )
    assert answer.accepted, answer.detail
    truth = np.array([r / 2.0 / scale**2, u / 24.0 / scale**4])
    # The averages are exact, so that only the emulation's noise is left.
    assert (np.abs(answer.couplings - truth) < 4.5 * answer.emulation_errors).all()
    assert (answer.emulation_errors < 0.5 * answer.standard_errors).all()
    # The standard errors are the inverse Fisher matrix's.
    exact = np.sqrt(np.diagonal(np.linalg.inv(covariance)) / 3000.0)
    np.testing.assert_allclose(np.hypot(exact, answer.emulation_errors), answer.standard_errors, rtol=0.15)
    # At the couplings found, not at the true ones.
    moved = radial.log_partition(1, 2.0 * answer.couplings[0] * scale**2, 24.0 * answer.couplings[1] * scale**4)
    assert abs(answer.log_partition - math.log(scale) - moved) < 4.5 * answer.log_partition_error + 1e-9
    assert answer.log_partition_error < 0.01


def test_spins_of_pairs_and_a_triple_against_enumeration() -> None:
    d, sets = 4, [(0,), (1,), (2,), (3,), (0, 1), (1, 2), (2, 3), (0, 3), (0, 1, 2)]
    statistics = SufficientStatistics.spin_sets(d, sets)
    truth = np.array([0.2, -0.1, 0.0, 0.3, -0.6, 0.4, -0.5, -0.3, 0.35])
    states = np.array(list(itertools.product((-1.0, 1.0), repeat=d)))
    t = statistics.values(states)
    weight = np.exp(-t @ truth)
    p = weight / weight.sum()
    answer = match_averages(p @ t, statistics, 2000.0, seed=1, **devices(5))
    assert answer.accepted, answer.detail
    assert (np.abs(answer.couplings - truth) < 4.5 * answer.emulation_errors).all()
    log_z = math.log(np.exp(-t @ answer.couplings).sum())
    assert abs(answer.log_partition - log_z) < 4.5 * answer.log_partition_error + 1e-9


@pytest.mark.slow
def test_the_emulation_knows_its_own_noise() -> None:
    """Pairs of six spins, from exact averages: over several seeds the deviations are what the errors say."""
    d = 6
    rng = np.random.default_rng(2)
    statistics = SufficientStatistics.pairwise(d)
    j = np.triu(rng.normal(size=(d, d)), 1) / math.sqrt(d)
    truth = -np.concatenate([0.3 * rng.normal(size=d), pair_values((j + j.T)[None])[0]])
    t = statistics.values(np.array(list(itertools.product((-1.0, 1.0), repeat=d))))
    p = np.exp(-t @ truth)
    p /= p.sum()
    squares = []
    for seed in range(6):
        answer = match_averages(p @ t, statistics, 2000.0, seed=seed, **devices(100 + 2 * seed))
        assert answer.accepted, answer.detail
        squares.append(((answer.couplings - truth) / answer.emulation_errors) ** 2)
    # 126 squares, 21 of a run hanging together: 1 within about a third.
    assert 0.5 < np.mean(squares) < 1.7


@pytest.mark.slow
def test_a_mixed_model_comes_back() -> None:
    """A spin that tilts a quartic well: averages by quadrature."""
    statistics = SufficientStatistics.monomials([(1, 0), (0, 1), (0, 2), (0, 4), (1, 1)], spins=[0])
    truth = np.array([-0.2, 0.1, -0.5, 0.4, -0.5])
    y = np.linspace(-4.0, 4.0, 4001)
    grid = np.concatenate([np.stack([np.full_like(y, s), y], axis=1) for s in (-1.0, 1.0)])
    t = statistics.values(grid)
    p = np.exp(-t @ truth)
    log_z = math.log(p.sum() * (y[1] - y[0]))
    p /= p.sum()
    mean = p @ t
    covariance = (t * p[:, None]).T @ t - np.outer(mean, mean)
    answer = match_averages(mean, statistics, 2000.0, covariance, seed=2, **devices(9))
    assert answer.accepted, answer.detail
    assert (np.abs(answer.couplings - truth) < 4.5 * answer.emulation_errors).all()
    assert abs(answer.log_partition - log_z) < 0.1


def test_a_kurtosis_above_three_has_no_quartic_and_is_said_so() -> None:
    answer = match_averages(
        np.array([1.0, 4.0]), SufficientStatistics.monomials([(2,), (4,)]), 10_000.0, seed=0, **devices(3)
    )
    assert not answer.accepted
    assert "no normalisable" in answer.detail
    assert np.isnan(answer.couplings).all()


def test_the_same_seeds_give_the_same_answer() -> None:
    target, covariance = well(-1.0, 2.0)
    statistics = SufficientStatistics.monomials([(2,), (4,)])
    one, other = (match_averages(target, statistics, 500.0, covariance, seed=4, **devices(11, 128)) for _ in range(2))
    np.testing.assert_array_equal(one.couplings, other.couplings)
    assert one.log_partition == other.log_partition


@pytest.mark.slow
def test_a_start_is_used_and_what_is_started_at_the_answer_ends_there_sooner() -> None:
    target, covariance = well(-3.0, 4.0)
    statistics = SufficientStatistics.monomials([(2,), (4,)])
    truth = np.array([-1.5, 4.0 / 24.0])
    cold = match_averages(target, statistics, 1000.0, covariance, seed=4, **devices(13))
    warm = match_averages(target, statistics, 1000.0, covariance, seed=4, start=truth, **devices(13))
    assert warm.accepted
    approach = [sum(look.phase == "approach" for look in a.trail) for a in (cold, warm)]
    assert approach[1] < approach[0]


def test_out_of_time_the_best_so_far_is_returned_and_not_accepted() -> None:
    target, covariance = well(-2.0, 3.0)
    statistics = SufficientStatistics.monomials([(2,), (4,)])
    answer = match_averages(target, statistics, 1e5, covariance, budget_s=1e-6, **devices(15, 64))
    assert not answer.accepted
    assert answer.stopped
    assert "not finished within budget_s=1e-06" in answer.detail


def test_ctrl_c_is_not_swallowed() -> None:
    target, covariance = well(-2.0, 3.0)

    def interrupt(look: object) -> None:
        raise KeyboardInterrupt

    statistics = SufficientStatistics.monomials([(2,), (4,)])
    with pytest.raises(KeyboardInterrupt):
        match_averages(target, statistics, 1e5, covariance, progress=interrupt, **devices(15, 64))


@pytest.mark.slow
def test_couplings_that_were_given_are_confirmed_or_not() -> None:
    target, covariance = well(-2.0, 3.0)
    statistics = SufficientStatistics.monomials([(2,), (4,)])
    truth = np.array([-1.0, 3.0 / 24.0])
    device = devices(16)["device"]
    right = confirm(target, statistics, 2000.0, covariance, couplings=truth, device=device)
    assert right.answer.accepted
    assert abs(right.loss) < 5.0 * right.loss_error + 0.1
    # A standard error off along one direction costs half a nat, two cost two.
    step = np.linalg.cholesky(np.linalg.inv(right.answer.fisher) / 2000.0)[:, 0]
    for k, nats in ((2.0, 2.0), (4.0, 8.0)):
        off = confirm(target, statistics, 2000.0, covariance, couplings=truth + k * step, device=device)
        assert off.loss == pytest.approx(nats, abs=4.0 * off.loss_error + 0.15 * nats)


def test_bad_input_is_named() -> None:
    statistics = SufficientStatistics.monomials([(2,), (4,)])
    with pytest.raises(InvalidData, match="finite averages"):
        match_averages(np.array([1.0, np.nan]), statistics, 10.0, **devices(1))
    with pytest.raises(InvalidData, match="number of rows"):
        match_averages(np.array([1.0, 2.0]), statistics, math.nan, **devices(1))
    with pytest.raises(InvalidData, match="multiple"):
        match_averages(np.array([1.0, 2.0]), statistics, 10.0, device=Device(replicas=40))
    with pytest.raises(InvalidData, match="linearly dependent"):
        match_averages(np.array([1.0, 2.0]), statistics, 10.0, np.ones((2, 2)), **devices(1))
