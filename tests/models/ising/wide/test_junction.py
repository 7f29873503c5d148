"""Exact sums on sparse graphs, against sums over all states and against what is known of trees."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from symcat.models.ising.wide import graph
from symcat.models.ising.wide.graph import Edge
from symcat.models.ising.wide.junction import GraphFit, GraphSpace, fit_on_graph
from symcat.models.ising.wide.mean_field import Refusal
from symcat.models.potts import junction

Floats = NDArray[np.float64]


def space_of(dimension: int, edges: tuple[Edge, ...]) -> GraphSpace:
    order = graph.elimination(graph.adjacency(dimension, edges), dimension)
    assert order is not None
    return GraphSpace(dimension, edges, order)


def random_edges(rng: np.random.Generator, dimension: int, share: float) -> tuple[Edge, ...]:
    return graph.edges_of(np.triu(rng.random((dimension, dimension)) < share, 1))


def all_states(dimension: int) -> Floats:
    return 2.0 * ((np.arange(1 << dimension)[:, None] >> np.arange(dimension)) & 1) - 1.0


def enumerated(dimension: int, edges: tuple[Edge, ...], theta: Floats) -> tuple[float, Floats, Floats, Floats]:
    """log Z, averages, their covariance, and the averages of all pairs."""
    states = all_states(dimension)
    products = [states[:, i] * states[:, j] for i, j in edges]
    every = np.concatenate([states, *(p[:, None] for p in products)], axis=1)
    energy = every @ theta
    weight = np.exp(energy - energy.max())
    z = weight.sum()
    weight /= z
    mean = weight @ every
    covariance = (every * weight[:, None]).T @ every - np.outer(mean, mean)
    return float(energy.max() + np.log(z)), mean, covariance, (states * weight[:, None]).T @ states


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(1, 12), st.floats(0.0, 0.6), st.floats(0.1, 3.0))
def test_everything_agrees_with_the_sum_over_all_states(seed: int, d: int, share: float, scale: float) -> None:
    rng = np.random.default_rng(seed)
    edges = random_edges(rng, d, share)
    theta = rng.normal(scale=scale, size=d + len(edges))
    log_z, mean, covariance, pair = enumerated(d, edges, theta)
    space = space_of(d, edges)
    _, found = space.evaluate(theta[None])
    assert found[0] == pytest.approx(log_z, rel=1e-13, abs=1e-12)
    averages, information = space.statistics(theta[None])
    np.testing.assert_allclose(averages[0], mean, atol=1e-12)
    np.testing.assert_allclose(information[0], covariance, atol=1e-12)
    means, every = space.all_pairs(theta)
    np.testing.assert_allclose(means, mean[:d], atol=1e-12)
    np.testing.assert_allclose(every, pair, atol=1e-12)


def test_a_batch_is_many_single_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    edges = random_edges(rng, 9, 0.4)
    space = space_of(9, edges)
    theta = rng.normal(size=(4, 9 + len(edges)))
    log_z = space.evaluate(theta)[1]
    mean, information = space.statistics(theta)
    monkeypatch.setattr(junction, "_NUMBERS_AT_ONCE", 3 * space.elimination.cells)  # pieces of three directions
    for g in range(4):
        assert space.evaluate(theta[g : g + 1])[1][0] == pytest.approx(log_z[g], rel=1e-14)
        single = space.statistics(theta[g : g + 1])
        np.testing.assert_allclose(single[0][0], mean[g], rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(single[1][0], information[g], rtol=1e-12, atol=1e-14)


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_a_tree_of_sixty_columns_without_field(seed: int) -> None:
    """log Z = d log 2 + sum log cosh J, and <s_i s_j> is the product of tanh J along the path."""
    rng = np.random.default_rng(seed)
    d = 60
    parents = [int(rng.integers(i)) for i in range(1, d)]
    edges = tuple((p, i + 1) for i, p in enumerate(parents))
    couplings = rng.normal(size=d - 1)
    theta = np.concatenate([np.zeros(d), couplings])
    space = space_of(d, edges)
    assert space.evaluate(theta[None])[1][0] == pytest.approx(d * np.log(2.0) + np.log(np.cosh(couplings)).sum())
    expected = np.eye(d)
    for i, p in enumerate(parents, start=1):
        expected[i, :i] = expected[:i, i] = np.tanh(couplings[i - 1]) * expected[p, :i]
    mean, pair = space.all_pairs(theta)
    np.testing.assert_allclose(mean, 0.0, atol=1e-12)
    np.testing.assert_allclose(pair, expected, atol=1e-12)


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(2, 30))
def test_averages_give_back_the_couplings(seed: int, d: int) -> None:
    rng = np.random.default_rng(seed)
    edges = tuple(sorted({(int(rng.integers(max(0, i - 4), i)), i) for i in range(1, d) for _ in range(2)}))
    space = space_of(d, edges)
    theta = rng.normal(scale=0.6, size=d + len(edges))
    mean, pair = space.all_pairs(theta)
    found = fit_on_graph(mean, pair, edges, 1000.0)
    assert isinstance(found, GraphFit)
    np.testing.assert_allclose(found.h, theta[:d], atol=1e-8)
    np.testing.assert_allclose([found.J[i, j] for i, j in edges], theta[d:], atol=1e-8)
    assert np.count_nonzero(np.triu(found.J)) == len(edges)
    assert found.log_partition == pytest.approx(space.evaluate(theta[None])[1][0], rel=1e-10)
    np.testing.assert_allclose(found.mean, mean, atol=1e-10)
    np.testing.assert_allclose(found.pair, pair, atol=1e-9)
    information = space.statistics(theta[None])[1][0]
    error = np.sqrt(np.diagonal(np.linalg.inv(information)) / 1000.0)
    np.testing.assert_allclose(found.h_error, error[:d], rtol=1e-6)
    np.testing.assert_allclose([found.J_error[i, j] for i, j in edges], error[d:], rtol=1e-6)


def test_rare_events_converge_too() -> None:
    rng = np.random.default_rng(4)
    d, n = 40, 200_000
    edges = tuple(sorted({(int(rng.integers(max(0, i - 5), i)), i) for i in range(1, d) for _ in range(2)}))
    space = space_of(d, edges)
    theta = np.concatenate([rng.normal(-1.5, 0.3, size=d), rng.normal(scale=0.3, size=len(edges))])
    rows = space.sample(theta, n, rng)
    found = fit_on_graph(rows.mean(axis=0), rows.T @ rows / n, edges, float(n))
    assert isinstance(found, GraphFit)
    z = [(found.J[i, j] - theta[d + e]) / found.J_error[i, j] for e, (i, j) in enumerate(edges)]
    assert np.sqrt(np.mean(np.square(z))) == pytest.approx(1.0, abs=0.35)
    np.testing.assert_allclose(found.mean, rows.mean(axis=0), atol=1e-12)


def test_rows_are_drawn_from_the_model() -> None:
    rng = np.random.default_rng(5)
    d, n = 8, 100_000
    edges = random_edges(rng, d, 0.4)
    theta = rng.normal(scale=0.6, size=d + len(edges))
    space = space_of(d, edges)
    mean, pair = space.all_pairs(theta)
    rows = space.sample(theta, n, rng)
    assert np.abs(rows.mean(axis=0) - mean).max() < 5.0 / np.sqrt(n)
    assert np.abs(rows.T @ rows / n - pair).max() < 5.0 / np.sqrt(n)


def test_what_never_occurs_is_refused_by_name() -> None:
    rng = np.random.default_rng(6)
    rows = rng.choice([-1.0, 1.0], size=(500, 4))
    rows[rows[:, 1] > 0, 3] = -1.0
    mean, pair = rows.mean(axis=0), rows.T @ rows / 500
    found = fit_on_graph(mean, pair, ((0, 1), (1, 3)), 500.0)
    assert isinstance(found, Refusal)
    assert "columns 1 and 3" in found.reason
    assert isinstance(fit_on_graph(mean, pair, ((0, 1), (2, 3)), 500.0), GraphFit)
    mean[2] = 1.0
    constant = fit_on_graph(mean, pair, ((0, 1),), 500.0)
    assert isinstance(constant, Refusal)
    assert "column 2 does not vary" in constant.reason


def test_a_wide_graph_is_refused() -> None:
    d = 20
    edges = graph.edges_of(~np.eye(d, dtype=bool))
    found = fit_on_graph(np.zeros(d), np.eye(d), edges, 100.0)
    assert isinstance(found, Refusal)
    assert "elimination order" in found.reason
