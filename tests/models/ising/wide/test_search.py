"""Beyond enumeration: which exact way is taken, and that its answer is right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from symcat.models.ising.exact import fit_exact
from symcat.models.ising.hypercube import pair_masks
from symcat.models.ising.wide import graph
from symcat.models.ising.wide.agreement import Data
from symcat.models.ising.wide.graph import Edge
from symcat.models.ising.wide.junction import GraphSpace
from symcat.models.ising.wide.search import fit_wide
from symcat.models.ising.wide.wide_fit import WideFit

Floats = NDArray[np.float64]


def averages(rows: Floats) -> Data:
    return Data(rows.mean(axis=0), rows.T @ rows / len(rows), float(len(rows)))


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


def scores(found: WideFit, true: Floats) -> Floats:
    """Deviations of the couplings that were fitted, in standard errors."""
    used = np.triu(found.J_error > 0.0, 1)
    return (found.J - true)[used] / found.J_error[used]


def test_independent_blocks_are_solved_by_themselves() -> None:
    edges = tuple((8 * b + i, 8 * b + j) for b in range(5) for i in range(8) for j in range(i + 1, 8))
    rows, true = planted(40, edges, 0.25, 6_000, seed=1)
    found = fit_wide(averages(rows))
    assert (found.method, found.exact, found.accepted) == ("blocks", True, True)
    assert found.n_parameters == 40 + len(edges)
    assert found.normalised_error < 1.0
    assert found.log_partition_error == 0.0
    assert np.sqrt(np.mean(scores(found, true) ** 2)) == pytest.approx(1.0, abs=0.2)
    total = 0.0
    for b in range(5):
        part = rows[:, 8 * b : 8 * b + 8]
        data = averages(part)
        target = np.concatenate([data.mean, data.pair[np.triu_indices(8, 1)]])
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
    found = fit_wide(averages(rows))
    assert (found.method, found.exact, found.accepted) == ("graph", True, True)
    kept = set(graph.edges_of(found.J != 0.0))
    assert len(set(edges) - kept) <= 1  # one as weak as its error may be missed
    assert len(kept - set(edges)) <= 3
    assert found.n_parameters == d + len(kept)
    assert np.sqrt(np.mean(scores(found, true) ** 2)) == pytest.approx(1.0, abs=0.35)


def test_the_couplings_given_are_the_couplings_fitted() -> None:
    edges = tuple((i, i + 1) for i in range(39))
    rows, _ = planted(40, edges, 0.4, 3_000, seed=4)
    data = averages(rows)
    wrong = edges[:20]  # the user's word is taken, and what it misses is said
    found = fit_wide(data, edges=wrong)
    assert found.accepted
    assert found.exact
    assert set(graph.edges_of(found.J != 0.0)) == set(wrong)
    assert found.normalised_error > 1.5
    assert f"{found.normalised_error:.3g}" in found.detail
    full = fit_wide(data, edges=edges)
    assert full.normalised_error < 1.1
    # Without the number of rows there are no errors, but the same couplings.
    uncounted = fit_wide(replace(data, count=float("nan")), edges=edges)
    assert uncounted.accepted
    np.testing.assert_allclose(uncounted.J, full.J, atol=1e-10)
    assert np.isnan(uncounted.h_error).all()


def test_given_couplings_that_cannot_be_summed_are_refused() -> None:
    everything = graph.edges_of(~np.eye(30, dtype=bool))
    rows = np.random.default_rng(5).choice([-1.0, 1.0], size=(500, 30))
    found = fit_wide(averages(rows), edges=everything)
    assert not found.accepted
    assert "elimination order" in found.detail


def test_columns_that_are_all_independent_have_no_couplings() -> None:
    rng = np.random.default_rng(9)
    found = fit_wide(averages(rng.choice([-1.0, 1.0], size=(2_000, 50))))
    assert found.method == "blocks"
    assert not found.J.any()
    assert found.n_parameters == 50


def test_two_hundred_columns_of_fifty_rows_of_which_some_depend_are_refused() -> None:
    rng = np.random.default_rng(10)
    rows = rng.choice([-1.0, 1.0], size=(50, 200))
    hidden = rng.choice([-1.0, 1.0], size=50)
    rows[:, :60] = np.where(rng.random((50, 60)) < 0.5, hidden[:, None], rows[:, :60])
    found = fit_wide(averages(rows))
    assert not found.accepted
    assert "fewer rows than columns" in found.detail


def test_a_constant_column_is_refused() -> None:
    rows = np.random.default_rng(11).choice([-1.0, 1.0], size=(100, 30))
    rows[:, 4] = 1.0
    found = fit_wide(averages(rows))
    assert not found.accepted
    assert "columns [4] do not vary" in found.detail


def test_without_rows_nothing_can_be_checked() -> None:
    found = fit_wide(Data(np.zeros(30), np.eye(30), float("nan")))
    assert not found.accepted
    assert "number of rows" in found.detail
