"""Heat-bath chains: right averages, honest errors, and the courage to say that they have not mixed."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from symcat.models.ising.wide import annealing, conditional, gibbs
from symcat.models.ising.wide.agreement import Data, judge

Floats = NDArray[np.float64]


def all_states(dimension: int) -> Floats:
    codes = np.arange(1 << dimension)
    return 2.0 * ((codes[:, None] >> np.arange(dimension)) & 1) - 1.0


def exact(h: Floats, j: Floats) -> tuple[Floats, Floats, float, Floats]:
    """Means, pair averages, log Z and the Fisher information, by the sum over all states."""
    d = len(h)
    states = all_states(d)
    weight = np.exp(states @ h + 0.5 * np.einsum("si,ij,sj->s", states, j, states))
    z = weight.sum()
    weight /= z
    above = np.triu_indices(d, 1)
    every = np.concatenate([states, states[:, above[0]] * states[:, above[1]]], axis=1)
    centred = every - weight @ every
    return (
        weight @ states,
        (states * weight[:, None]).T @ states,
        float(np.log(z)),
        (centred * weight[:, None]).T @ centred,
    )


def glass(d: int, beta: float, field: float, seed: int) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    j = np.triu(rng.normal(scale=beta / np.sqrt(d), size=(d, d)), 1)
    return rng.normal(scale=field, size=d), j + j.T


@pytest.mark.parametrize(("d", "beta", "field"), [(2, 1.0, 0.5), (10, 0.6, 0.4), (14, 1.0, 0.3), (6, 0.3, 2.0)])
def test_averages_are_the_models_within_their_errors(d: int, beta: float, field: float) -> None:
    """Eight runs together: one run's variance of a rare event is too noisy to divide by."""
    h, j = glass(d, beta, field, seed=d)
    mean, pair, _, _ = exact(h, j)
    runs = [gibbs.estimate(h, j, 50_000.0, seed=seed) for seed in range(8)]
    for found in runs:
        assert found.equilibrated
        assert gibbs.monte_carlo_share(found, 50_000.0) <= 1.0
        np.testing.assert_allclose(found.mean_error**2, found.variance[:d])
    average = np.mean([gibbs.statistics(found.mean, found.pair) for found in runs], axis=0)
    told = np.mean([found.variance for found in runs], axis=0) / len(runs)
    z = (average - gibbs.statistics(mean, pair)) / np.sqrt(told)
    assert np.abs(z).max() < 5.0
    assert np.sqrt(np.mean(z**2)) < 1.5
    pair_told = np.mean([found.pair_error**2 for found in runs], axis=0) / len(runs)
    off = ~np.eye(d, dtype=bool)
    gap = np.mean([found.pair for found in runs], axis=0) - pair
    assert (np.abs(gap)[off] < 5.0 * np.sqrt(pair_told)[off]).all()


@pytest.mark.slow
def test_errors_are_the_spread_between_seeds() -> None:
    h, j = glass(8, 1.0, 0.3, seed=2)
    runs = [gibbs.estimate(h, j, 1_000.0, seed=seed) for seed in range(30)]
    spread = np.var([gibbs.statistics(run.mean, run.pair) for run in runs], axis=0, ddof=1)
    told = np.mean([run.variance for run in runs], axis=0)
    assert np.mean(spread / told) == pytest.approx(1.0, abs=0.25)


def test_the_same_seed_gives_the_same_run() -> None:
    h, j = glass(9, 0.8, 0.3, seed=3)
    one, other = gibbs.estimate(h, j, 1_000.0, seed=4), gibbs.estimate(h, j, 1_000.0, seed=4)
    np.testing.assert_array_equal(one.pair, other.pair)
    np.testing.assert_array_equal(one.states, other.states)
    rows = [gibbs.sample(h, j, 5_000, np.random.default_rng(7)) for _ in range(2)]
    np.testing.assert_array_equal(rows[0], rows[1])


def test_rows_are_drawn_from_the_model() -> None:
    h, j = glass(7, 0.9, 0.5, seed=4)
    mean, pair, _, _ = exact(h, j)
    n = 50_000
    rows = gibbs.sample(h, j, n, np.random.default_rng(1))
    assert rows.shape == (n, 7)
    assert set(np.unique(rows)) == {-1.0, 1.0}
    z = gibbs.statistics(rows.mean(axis=0), rows.T @ rows / n) - gibbs.statistics(mean, pair)
    z /= np.sqrt(gibbs.row_variance(mean, pair) / n)
    assert np.abs(z).max() < 5.0


def test_the_variance_of_a_row_is_that_of_its_statistics() -> None:
    h, j = glass(6, 0.9, 0.7, seed=6)
    mean, pair, _, _ = exact(h, j)
    states = all_states(6)
    weight = np.exp(states @ h + 0.5 * np.einsum("si,ij,sj->s", states, j, states))
    weight /= weight.sum()
    y = states - mean
    above = np.triu_indices(6, 1)
    every = np.concatenate([y, y[:, above[0]] * y[:, above[1]]], axis=1)
    expected = weight @ every**2 - (weight @ every) ** 2
    np.testing.assert_allclose(gibbs.row_variance(mean, pair), expected, atol=1e-12)


@pytest.mark.slow
def test_two_wells_that_are_never_left_are_not_called_equilibrium() -> None:
    """A ferromagnet in a small field: both wells hold replicas, in shares that have nothing to do with the model."""
    d = 16
    j = np.full((d, d), 4.0 / d)
    np.fill_diagonal(j, 0.0)
    found = gibbs.estimate(np.full(d, 0.01), j, 1_000.0, seed=1)
    assert not found.equilibrated
    assert found.disagreement > 2.0


def test_an_answer_with_the_models_own_averages_is_accepted_and_a_wrong_one_is_not() -> None:
    h, j = glass(12, 0.8, 0.3, seed=8)
    mean, pair, _, _ = exact(h, j)
    data = Data(mean, pair, 10_000.0)
    assert judge(h, j, data, seed=1).accepted
    assert not judge(h, 1.2 * j, data, seed=1).accepted
    assert not judge(h + 0.1, j, data, seed=1).accepted


def test_monte_carlo_noise_makes_no_wrong_answer_acceptable() -> None:
    """A bias of 1.5 standard deviations in every statistic is refused for nearly every seed, one of 0.5 accepted."""
    h, j = glass(10, 0.5, 0.2, seed=9)
    mean, pair, _, _ = exact(h, j)
    n = 4_000.0
    rng = np.random.default_rng(1)
    verdicts: dict[float, list[bool]] = {0.5: [], 1.5: []}
    for size, found in verdicts.items():
        for seed in range(15):
            shift = size * rng.choice([-1.0, 1.0], size=55) * np.sqrt(gibbs.row_variance(mean, pair) / n)
            moved = mean + shift[:10]
            off = np.zeros((10, 10))
            off[np.triu_indices(10, 1)] = shift[10:]
            correlation = pair - np.outer(mean, mean) + off + off.T
            shifted = correlation + np.outer(moved, moved)
            np.fill_diagonal(shifted, 1.0)
            found.append(judge(h, j, Data(moved, shifted, n), seed=seed).accepted)
    assert np.mean(verdicts[0.5]) == 1.0
    assert np.mean(verdicts[1.5]) == 0.0


@pytest.mark.parametrize(("d", "beta", "field"), [(3, 0.5, 0.5), (12, 1.0, 0.3), (15, 0.6, 1.0)])
def test_log_partition_by_annealing(d: int, beta: float, field: float) -> None:
    h, j = glass(d, beta, field, seed=d)
    mean, _, log_z, _ = exact(h, j)
    z = []
    for seed in range(6):
        found, error = annealing.log_partition(h, j, np.arctanh(mean), seed=seed)
        assert 0.0 < error <= 0.01
        z.append((found - log_z) / error)
    assert np.abs(z).max() < 4.5
    assert np.sqrt(np.mean(np.square(z))) < 1.8


def test_log_partition_without_couplings_is_exact() -> None:
    h = np.array([0.3, -1.0, 2.0])
    found, error = annealing.log_partition(h, np.zeros((3, 3)), h)
    assert found == pytest.approx(np.log(2.0 * np.cosh(h)).sum(), rel=1e-12)
    assert error == 0.0


@pytest.mark.parametrize(("beta", "most"), [(0.5, 1.02), (0.7, 1.06), (1.0, 1.19)])
@pytest.mark.parametrize("field", [0.0, 0.4, 0.8])
def test_conditional_standard_errors_are_too_large_by_as_much_as_is_said(
    beta: float, field: float, most: float
) -> None:
    """Every state as often as the model says, so that no noise blurs the bound; sampled states agree with that."""
    d, n = 12, 10_000.0
    h, j = glass(d, beta, field, seed=1000)
    _, _, _, information = exact(h, j)
    above = np.triu_indices(d, 1)
    expected = np.sqrt(np.diagonal(np.linalg.inv(information)) / n)
    states = all_states(d)
    weight = np.exp(states @ h + 0.5 * np.einsum("si,ij,sj->s", states, j, states))
    every = np.repeat(states, np.rint(weight / weight.sum() * 400_000).astype(int), axis=0)

    def errors(rows: Floats) -> Floats:
        of_h, of_j = conditional.standard_errors(h, j, rows, n)
        return np.concatenate([of_h, of_j[above]])

    ratio = errors(every) / expected
    rounding = 0.003
    assert ratio.min() > 1.0 - rounding
    assert ratio.max() < most + rounding
    assert np.median(ratio) < 1.02 + rounding
    sampled = errors(gibbs.sample(h, j, 20_480, np.random.default_rng(1))) / errors(every)
    assert abs(sampled.mean() - 1.0) < 0.02  # 4.5 times its spread over independent exact draws
    assert np.abs(sampled - 1.0).max() < 0.08
