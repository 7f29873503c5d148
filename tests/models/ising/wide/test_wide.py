"""Beyond enumeration: which way is taken, that its answer is right, and that a wrong one is not given."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from symcat.models.ising import hypercube
from symcat.models.ising.exact import fit_exact
from symcat.models.ising.hypercube import pair_masks
from symcat.models.ising.wide import gibbs, graph, junction, sparse
from symcat.models.ising.wide.graph import Edge
from symcat.models.ising.wide.junction import GraphSpace
from symcat.models.ising.wide.search import WideFit, fit_wide

Floats = NDArray[np.float64]


def averages(rows: Floats) -> tuple[Floats, Floats]:
    return rows.mean(axis=0), rows.T @ rows / len(rows)


def planted(d: int, edges: tuple[Edge, ...], scale: float, n: int, seed: int) -> tuple[Floats, Floats]:
    """Rows of a random model on a graph, and its couplings."""
    rng = np.random.default_rng(seed)
    order = graph.elimination(graph.adjacency(d, edges), d)
    assert order is not None
    h, couplings = (
        rng.normal(scale=0.3, size=d),
        rng.choice([-1.0, 1.0], len(edges)) * rng.uniform(0.5 * scale, 1.5 * scale, len(edges)),
    )
    true = np.zeros((d, d))
    for (i, j), value in zip(edges, couplings, strict=True):
        true[i, j] = true[j, i] = value
    rows = GraphSpace(d, edges, order).sample(np.concatenate([h, couplings]), n, rng)
    return rows, true


def glass(d: int, beta: float, n: int, seed: int) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    true = np.triu(rng.normal(scale=beta / np.sqrt(d), size=(d, d)), 1)
    true += true.T
    return gibbs.sample(rng.normal(scale=0.1, size=d), true, n, rng), true


def scores(found: WideFit, true: Floats) -> Floats:
    """Deviations of the couplings that were fitted, in standard errors."""
    used = np.triu(found.J_error > 0.0, 1)
    return (found.J - true)[used] / found.J_error[used]


def test_independent_blocks_are_solved_by_themselves() -> None:
    edges = tuple((8 * b + i, 8 * b + j) for b in range(5) for i in range(8) for j in range(i + 1, 8))
    rows, true = planted(40, edges, 0.25, 6_000, seed=1)
    found = fit_wide(*averages(rows), len(rows))
    assert (found.method, found.exact, found.accepted) == ("blocks", True, True)
    assert found.n_parameters == 40 + len(edges)
    assert found.normalised_error < 1.0
    assert found.log_partition_error == 0.0
    assert np.sqrt(np.mean(scores(found, true) ** 2)) == pytest.approx(1.0, abs=0.2)
    total = 0.0
    for b in range(5):
        part = rows[:, 8 * b : 8 * b + 8]
        m, q = averages(part)
        target = np.concatenate([m, q[np.triu_indices(8, 1)]])
        alone = fit_exact(8, pair_masks(8), target[None])
        np.testing.assert_allclose(found.h[8 * b : 8 * b + 8], alone.theta[0, :8], atol=1e-9)
        inner = found.J[8 * b : 8 * b + 8, 8 * b : 8 * b + 8]
        np.testing.assert_allclose(inner[np.triu_indices(8, 1)], alone.theta[0, 8:], atol=1e-9)
        total += float(alone.log_z[0])
    assert found.log_partition == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize("shape", ["tree", "ring", "lattice"])
def test_a_sparse_graph_is_found_and_solved_exactly(shape: str) -> None:
    rng = np.random.default_rng(2)
    d = 36 if shape == "lattice" else 50
    if shape == "tree":
        edges = tuple((int(rng.integers(i)), i) for i in range(1, d))
    elif shape == "ring":
        edges = (*((i, i + 1) for i in range(d - 1)), (0, d - 1))
    else:
        across = [(6 * r + c, 6 * r + c + 1) for r in range(6) for c in range(5)]
        edges = (*across, *((6 * r + c, 6 * r + c + 6) for r in range(5) for c in range(6)))
    rows, true = planted(d, edges, 0.4, 20_000, seed=3)
    mean, pair = averages(rows)
    found = fit_wide(mean, pair, len(rows))
    assert (found.method, found.exact, found.accepted) == ("graph", True, True)
    kept = set(graph.edges_of(found.J != 0.0))
    assert len(set(edges) - kept) <= 1  # one as weak as its error may be missed
    assert len(kept - set(edges)) <= 3
    assert found.n_parameters == d + len(kept)
    assert np.sqrt(np.mean(scores(found, true) ** 2)) == pytest.approx(1.0, abs=0.35)


def test_the_couplings_given_are_the_couplings_fitted() -> None:
    edges = tuple((i, i + 1) for i in range(39))
    rows, _ = planted(40, edges, 0.4, 3_000, seed=4)
    mean, pair = averages(rows)
    wrong = edges[:20]  # the user's word is taken, and what it misses is said
    found = fit_wide(mean, pair, len(rows), edges=wrong)
    assert found.accepted
    assert found.exact
    assert set(graph.edges_of(found.J != 0.0)) == set(wrong)
    assert found.normalised_error > 1.5
    assert f"{found.normalised_error:.3g}" in found.detail
    full = fit_wide(mean, pair, len(rows), edges=edges)
    assert full.normalised_error < 1.1
    # Without the number of rows there are no errors, but the same couplings.
    uncounted = fit_wide(mean, pair, float("nan"), edges=edges)
    assert uncounted.accepted
    np.testing.assert_allclose(uncounted.J, full.J, atol=1e-10)
    assert np.isnan(uncounted.h_error).all()


def test_given_couplings_that_cannot_be_summed_are_refused() -> None:
    everything = graph.edges_of(~np.eye(30, dtype=bool))
    rows = np.random.default_rng(5).choice([-1.0, 1.0], size=(500, 30))
    found = fit_wide(*averages(rows), 500, edges=everything)
    assert not found.accepted
    assert "elimination order" in found.detail


def test_weak_dense_couplings_are_answered_by_a_closed_form_that_was_checked() -> None:
    rows, true = glass(40, 0.5, 15_000, seed=6)
    found = fit_wide(*averages(rows), len(rows))
    assert (found.method, found.exact, found.accepted) == ("Sessak-Monasson", False, True)
    assert found.normalised_error < 1.0
    assert 0.0 < found.log_partition_error <= 0.01
    assert np.sqrt(np.mean(scores(found, true) ** 2)) == pytest.approx(1.0, abs=0.1)
    again = fit_wide(*averages(rows), len(rows))
    np.testing.assert_array_equal(again.J_error, found.J_error)
    assert again.log_partition == found.log_partition


def test_log_partition_and_errors_of_a_closed_form_against_enumeration(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few columns, with the exact ways closed: what the closed form says of itself is right."""
    monkeypatch.setattr(hypercube, "LARGEST", 2)
    monkeypatch.setattr(sparse, "LARGEST_CLIQUE", 3)
    monkeypatch.setattr(junction, "LARGEST_CLIQUE", 3)
    d = 12
    rows, _ = glass(d, 0.6, 20_000, seed=7)
    mean, pair = averages(rows)
    found = fit_wide(mean, pair, len(rows))
    assert found.accepted
    assert not found.exact
    target = np.concatenate([mean, pair[np.triu_indices(d, 1)]])
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
    found = fit_wide(*averages(rows), len(rows))
    assert not found.accepted
    assert found.normalised_error > 1.0
    for said in ("Sessak-Monasson", "normalised error", "interactions="):
        assert said in found.detail
    assert np.isfinite(found.J).all()
    assert np.isnan(found.log_partition)


def test_columns_that_are_all_independent_have_no_couplings() -> None:
    rng = np.random.default_rng(9)
    found = fit_wide(*averages(rng.choice([-1.0, 1.0], size=(2_000, 50))), 2_000)
    assert found.method == "blocks"
    assert not found.J.any()
    assert found.n_parameters == 50


def test_two_hundred_columns_of_fifty_rows_of_which_some_depend_are_refused() -> None:
    rng = np.random.default_rng(10)
    rows = rng.choice([-1.0, 1.0], size=(50, 200))
    hidden = rng.choice([-1.0, 1.0], size=50)
    rows[:, :60] = np.where(rng.random((50, 60)) < 0.5, hidden[:, None], rows[:, :60])
    found = fit_wide(*averages(rows), 50)
    assert not found.accepted
    assert "fewer rows than columns" in found.detail


def test_a_constant_column_is_refused() -> None:
    rows = np.random.default_rng(11).choice([-1.0, 1.0], size=(100, 30))
    rows[:, 4] = 1.0
    found = fit_wide(*averages(rows), 100)
    assert not found.accepted
    assert "columns [4] do not vary" in found.detail


def test_without_rows_nothing_can_be_checked() -> None:
    found = fit_wide(np.zeros(30), np.eye(30), float("nan"))
    assert not found.accepted
    assert "number of rows" in found.detail
